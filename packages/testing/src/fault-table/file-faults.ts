import type { SpoilKind } from '../volume/spoil.ts';
import type { FaultRun, NamedFault } from './named-fault.ts';

const ROTATIONS = 200;

/** What can happen to the files of the volume. */
export const FILE_FAULTS: readonly NamedFault[] = [
  {
    id: 'F1',
    name: 'rotation-storm',
    title: `${ROTATIONS} rotations 5 to 60 ms apart, the old token refused at once`,
    variants: [],
    play: async ({ server, kubelet, pause }) => {
      for (let count = 0; count < ROTATIONS; count += 1) {
        const old = kubelet.current;
        await kubelet.rotate();
        if (old) server.revoke(old);
        if (!(await pause(5 + Math.random() * 55))) return;
      }
    },
  },
  {
    id: 'F2',
    name: 'double-swap',
    title: 'two swaps within a millisecond',
    variants: [],
    play: async (run) => {
      const [first, second] = [await mintLike(run), await mintLike(run)];
      run.volume.write({ token: first });
      run.volume.write({ token: second });
    },
  },
  {
    id: 'F3',
    name: 'late-volume',
    title: 'token or directory missing, there again when stopped: play it before the program starts',
    variants: ['directory', 'token'],
    play: (run) => takeAway(run),
  },
  {
    id: 'F4',
    name: 'removed',
    title: 'directory or token removed, there again with a new token when stopped',
    variants: ['directory', 'token'],
    play: (run) => takeAway(run),
  },
  {
    id: 'F5',
    name: 'emptied-token',
    title: 'the token file is empty, blank or has only newlines',
    variants: ['empty', 'blank', 'newlines'],
    play: (run) => spoil(run),
  },
  {
    id: 'F6',
    name: 'trailing-newline',
    title: 'a good token with a newline, CRLF or a byte order mark around it',
    variants: ['newline', 'crlf', 'bom'],
    play: async (run) => {
      const { token } = await mintLike(run);
      const text = { newline: `${token}\n`, crlf: `${token}\r\n`, bom: `\uFEFF${token}` }[run.variant] ?? token;
      run.volume.write({ token: text });
      run.onStop(() => run.kubelet.rewrite());
    },
  },
  {
    id: 'F7',
    name: 'control-characters',
    title: 'control characters in the token, or two lines of it',
    variants: ['control-characters', 'two-lines'],
    play: (run) => spoil(run),
  },
  {
    id: 'F8',
    name: 'half-written',
    title: 'half a token, the rest 50 ms later, in place',
    variants: [],
    play: async (run) => {
      const finish = run.volume.writePartially(await mintLike(run));
      await run.pause(50);
      finish();
    },
  },
  {
    id: 'F9',
    name: 'garbage',
    title: 'binary garbage, a megabyte, a directory or a FIFO in the place of the token',
    variants: ['garbage', 'oversized', 'directory', 'fifo'],
    play: (run) => spoil(run),
  },
  {
    id: 'F10',
    name: 'older-token',
    title: 'an older token comes back',
    variants: [],
    play: async (run) => {
      run.volume.write({ token: await run.server.mint({ ...accountOf(run), issuedAt: run.server.now() - 600_000 }) });
      run.onStop(() => run.kubelet.rewrite());
    },
  },
  {
    id: 'F11',
    name: 'unreadable',
    title: 'the files lose every permission (root reads them still)',
    variants: [],
    play: ({ volume, onStop, kubelet }) => {
      volume.chmod(0);
      onStop(() => kubelet.rotate());
    },
  },
  {
    id: 'F15',
    name: 'bad-ca',
    title: 'ca.crt empty, malformed or missing, or the namespace missing',
    variants: ['empty', 'garbage', 'missing', 'namespace-missing'],
    play: ({ volume, variant, onStop, kubelet }) => {
      if (variant === 'namespace-missing') volume.spoil('missing', 'namespace');
      else volume.spoil(variant as SpoilKind, 'ca.crt');
      onStop(() => kubelet.rewrite());
    },
  },
  {
    id: 'F16',
    name: 'over-mount',
    title: 'the kubelet restarts and mounts over the volume: the old files stay visible for ever',
    variants: [],
    play: ({ kubelet }) => kubelet.restart({ overMount: true }),
  },
];

/** The account of the kubelet's token, for tokens that shall differ in one thing only. */
export function accountOf({ kubelet }: FaultRun): { namespace: string; serviceAccount: string } {
  const { namespace = 'default', serviceaccount } = kubelet.current?.claims['kubernetes.io'] ?? {};
  return { namespace, serviceAccount: serviceaccount?.name ?? 'default' };
}

function mintLike(run: FaultRun) {
  return run.server.mint(accountOf(run));
}

function spoil({ volume, variant, onStop, kubelet }: FaultRun): void {
  volume.spoil(variant as SpoilKind);
  onStop(() => kubelet.rewrite());
}

function takeAway({ volume, variant, onStop, kubelet }: FaultRun): void {
  if (variant === 'token') volume.spoil('missing');
  else volume.remove();
  onStop(async () => {
    if (variant === 'directory') volume.recreate();
    await kubelet.rotate();
  });
}
