/**
 * Answers every GET with the same list of two pods, over https and http, with as little work as a server can have: it counts
 * heads and looks no further, so that the client is what is measured. Told to rotate, it writes a volume as the kubelet does
 * and tells how long it took until a request carried the new token.
 */
import { createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { createProjectedVolume } from '@kubefresh/testing';
import { createCertificate } from '../certificate.ts';
import { answer } from '../child.ts';
import { monotonicNow, noticedAt } from '../notice.ts';
import { makeToken } from '../token.ts';

/** What a client needs to know. */
export interface CannedServer {
  readonly https: string;
  readonly http: string;
  /** Its own volume: what a client's source reads. `root` is what a container would have as `/`. */
  readonly directory: string;
  readonly root: string;
  readonly tokenFile: string;
  readonly caFile: string;
  readonly token: string;
  readonly ca: string;
}

/** Asks for so many rotations. */
export interface RotateOrder {
  readonly rotations: number;
  /** How long to wait for a token that nobody seems to have noticed, ms. */
  readonly patience: number;
}

/** The answer to `{ connections: true }`. */
export interface Connections {
  readonly opened: number;
  readonly peak: number;
}

/**
 * For each rotation: ms from the rename to the first request with the new token, or to when that request says the token was
 * noticed; undefined where there was none within the patience.
 */
export type RotateReport = readonly (number | undefined)[];

const END_OF_HEAD = '\r\n\r\n';
const BEARER = 'Bearer ';
const pod = (name: string) => ({
  metadata: { name, namespace: 'default', uid: '5c8f1c2e-3b1f-4d36-8f0a-7c2f8a4f9b1e', resourceVersion: '1' },
  spec: { containers: [{ name: 'main', image: 'registry.example/app:1' }], nodeName: 'node-1' },
  status: { phase: 'Running', podIP: '10.1.2.3' },
});
const body = JSON.stringify({
  kind: 'PodList',
  apiVersion: 'v1',
  metadata: { resourceVersion: '1' },
  items: [pod('one'), pod('two')],
});
const response = [
  'HTTP/1.1 200 OK',
  'Audit-Id: 3d7f0a52-91b8-4a0c-9b1c-5f0f3b1d2c3e',
  'Content-Type: application/json',
  `Date: ${new Date().toUTCString()}`,
  `Content-Length: ${Buffer.byteLength(body)}`,
  '',
  body,
].join('\r\n');

const certificate = await createCertificate();
let serial = 0;
const nextToken = () => {
  serial += 1;
  return makeToken(String(serial), Math.min(serial, 59));
};
const token = nextToken();
const volume = createProjectedVolume({ files: { token, 'ca.crt': certificate.cert, namespace: 'default' } });

let open = 0;
const connections = { opened: 0, peak: 0 };

/** The token that is looked out for, and whom to tell. */
let awaited = '';
let seen: ((head: string) => void) | undefined;

const https = createTlsServer(certificate, serve);
const http = createServer(serve);
await Promise.all([https, http].map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))));
const hello: CannedServer = {
  https: `https://127.0.0.1:${portOf(https)}`,
  http: `http://127.0.0.1:${portOf(http)}`,
  directory: volume.directory,
  root: volume.root,
  tokenFile: volume.tokenFile,
  caFile: volume.caFile,
  token,
  ca: certificate.cert,
};
process.on('message', async (message) => {
  if ('connections' in (message as object)) await answer(connectionsSince());
  if ('rotations' in (message as object)) await answer(await rotate(message as RotateOrder));
});
process.on('exit', () => volume[Symbol.dispose]());
process.on('SIGTERM', () => process.exit());
await answer(hello);

function serve(socket: Socket): void {
  open += 1;
  connections.opened += 1;
  connections.peak = Math.max(connections.peak, open);
  socket.on('close', () => {
    open -= 1;
  });
  socket.setNoDelay(true);
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
    let heads = 0;
    for (let end = text.indexOf(END_OF_HEAD); end >= 0; end = text.indexOf(END_OF_HEAD)) {
      heads += 1;
      if (seen !== undefined && text.indexOf(`${BEARER}${awaited}`) >= 0) seen(text);
      text = text.slice(end + END_OF_HEAD.length);
    }
    if (heads > 0) socket.write(response.repeat(heads));
  });
  socket.on('error', () => socket.destroy());
}

/** Connections that were opened since this was asked last, and the most at one time; what is open now counts for the next. */
function connectionsSince(): Connections {
  const since = { ...connections };
  Object.assign(connections, { opened: 0, peak: open });
  return since;
}

async function rotate({ rotations, patience }: RotateOrder): Promise<RotateReport> {
  const report: (number | undefined)[] = [];
  for (let rotation = 0; rotation < rotations; rotation += 1) {
    // Not in step with anybody's timer.
    await setTimeout(5 + 20 * Math.random());
    awaited = nextToken();
    const arrived = new Promise<number>((resolve) => {
      seen = (head) => {
        const now = monotonicNow();
        seen = undefined;
        resolve(noticedAt(head) ?? now);
      };
    });
    const steps = volume.writeSteps({ token: awaited });
    let renamedAt = 0;
    for (let step = steps.next(); !step.done; step = steps.next()) {
      // The next step is the rename.
      if (step.value === 'data_tmp') renamedAt = monotonicNow();
      // What the kubelet tidies up afterwards holds up no request.
      else if (step.value !== 'directory' && step.value !== 'files') await new Promise((done) => setImmediate(done));
    }
    const at = await Promise.race([arrived, setTimeout(patience, undefined)]);
    seen = undefined;
    report.push(at === undefined ? undefined : at - renamedAt);
  }
  return report;
}

function portOf(server: { address(): unknown }): number {
  return (server.address() as { port: number }).port;
}
