import { systemClock } from '../clock.ts';
import type { Fault, FaultOptions } from '../server/faults/fault.ts';
import type { RequestMatch } from '../server/faults/match.ts';
import type { RefuseBody } from '../server/faults/refuse.ts';
import type { FaultRun, NamedFault } from './named-fault.ts';

const LAG_MS = 2000;
const BLACKOUT_MS = 5000;
const SKEW_MS = 600_000;
const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE'];
const UPGRADES = /\/(exec|attach|portforward)$/;
const PROXIED = /\/proxy(\/|$)/;

/** What the API server, or something on the way to it, can do. */
export const SERVER_FAULTS: readonly NamedFault[] = [
  {
    id: 'S1',
    name: 'revoked-at-swap',
    title: 'the old token is refused at the very swap',
    variants: [],
    play: async ({ server, kubelet }) => {
      const old = kubelet.current;
      await kubelet.rotate();
      if (old) server.revoke(old);
    },
  },
  {
    id: 'S2',
    name: 'lagging-server',
    title: `the new token is refused for ${LAG_MS / 1000} s: one API server lags`,
    variants: [],
    play: async ({ server, kubelet, pause, onStop }) => {
      // A millisecond later than what has been minted until now.
      const mintedAfter = systemClock.now() + 1;
      await pause(2);
      const lag = server.faults.refuseNewTokens({ youngerThanMs: LAG_MS, mintedAfter });
      onStop(() => lag.stop());
      await kubelet.rotate();
      await pause(LAG_MS);
      lag.stop();
    },
  },
  {
    id: 'S3',
    name: 'signing-key-rotated',
    title: `every token is refused for ${BLACKOUT_MS / 1000} s, until the kubelet brings one of the new key`,
    variants: [],
    play: async ({ server, kubelet, pause }) => {
      server.rotateSigningKey();
      await pause(BLACKOUT_MS);
      await kubelet.rotate();
    },
  },
  once('S4', 'refused-write', 'one write is refused with 401', { method: WRITES }),
  {
    id: 'S5',
    name: 'bad-401-body',
    title: 'one 401 whose body never ends, or is 10 MB',
    variants: ['endless', 'huge', 'empty'],
    play: (run) => lasting(run, run.server.faults.refuse({}, { times: 1, body: run.variant as RefuseBody })),
  },
  once('S6', 'refused-watch', 'one watch is refused as it opens', { watch: true }),
  once('S7', 'refused-upgrade', 'one exec, attach or port-forward is refused', { path: UPGRADES }),
  once('S8', 'refused-http2', 'one 401 over HTTP/2, which tears its connection down', { protocol: 'h2' }),
  {
    id: 'S9',
    name: 'redirect',
    title: 'requests are redirected to another origin, port, scheme or name of the host',
    variants: ['other-host', 'other-port', 'http', 'trailing-dot', 'userinfo'],
    play: (run) => lasting(run, run.server.faults.redirect({}, { to: elsewhere(run) })),
  },
  {
    id: 'S10',
    name: 'stripped-token',
    title: 'something on the way strips the token: 403 as system:anonymous',
    variants: [],
    play: (run) => lasting(run, run.server.faults.stripToken()),
  },
  {
    id: 'S11',
    name: 'clock-skew',
    title: 'the server’s clock is ten minutes off',
    variants: ['ahead', 'behind'],
    play: ({ server, variant, onStop }) => {
      server.skewClock(variant === 'ahead' ? SKEW_MS : -SKEW_MS);
      onStop(() => server.skewClock(0));
    },
  },
  {
    id: 'S12',
    name: 'rotation-in-upload',
    title: 'the token is rotated and the old one refused while a write is held back half a second',
    variants: [],
    play: async (run) => {
      const { server, kubelet, pause } = run;
      const slow = server.faults.slow({ method: WRITES }, { delayMs: 500 });
      run.onStop(() => slow.stop());
      await pause(100);
      const old = kubelet.current;
      await kubelet.rotate();
      if (old) server.revoke(old);
    },
  },
  {
    id: 'S14',
    name: 'backend-401',
    title: '401 from a backend behind a proxy subresource',
    variants: [],
    play: (run) => {
      const headers = { 'www-authenticate': 'Basic realm="backend"' };
      lasting(run, run.server.faults.respond({ path: PROXIED }, { status: 401, headers, body: 'backend says no' }));
    },
  },
  {
    id: 'S16',
    name: 'too-many-requests',
    title: '429 with Retry-After: 1',
    variants: [],
    play: (run) => lasting(run, run.server.faults.tooManyRequests()),
  },
  {
    id: 'S17',
    name: 'slow-server',
    title: 'every answer comes half a second late',
    variants: [],
    play: (run) => lasting(run, run.server.faults.slow({}, { delayMs: 500 })),
  },
  {
    id: 'S18',
    name: 'cut-connections',
    title: 'all connections are cut',
    variants: [],
    play: ({ server }) => server.cutConnections(),
  },
  {
    id: 'S19',
    name: 'go-away',
    title: 'all clients are asked to move to another connection',
    variants: [],
    play: ({ server }) => server.goAway(),
  },
];

/** 401 to the first request that matches. */
function once(id: string, name: string, title: string, match: RequestMatch): NamedFault {
  const options: FaultOptions = { times: 1 };
  return { id, name, title, variants: [], play: (run) => lasting(run, run.server.faults.refuse(match, options)) };
}

function lasting(run: FaultRun, fault: Fault): void {
  run.onStop(() => fault.stop());
}

// Every one of these is another origin than `server.origin`, so that no client may take its token there.
function elsewhere({ server, variant }: FaultRun): string {
  const { host, port } = server;
  switch (variant) {
    case 'other-port':
      return `https://${host}:${port === 65_535 ? port - 1 : port + 1}`;
    case 'http':
      return `http://${host}:${port}`;
    case 'trailing-dot':
      return `https://localhost.:${port}`;
    case 'userinfo':
      return `https://${host}:${port}@localhost:${port}`;
    default:
      return `https://localhost:${port}`;
  }
}
