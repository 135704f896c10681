/** Sends one request after the other to a canned server, with a token that it keeps fresh in one of several ways. */
import { pbkdf2 } from 'node:crypto';
import fs, { readFileSync, watch as watchNatively } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { watch as watchWithChokidar } from 'chokidar';
import { Agent, type Dispatcher } from 'undici';
import { answer, input } from '../child.ts';
import type { CannedServer } from './canned-server.ts';

/** How a client keeps its token fresh. */
export type Way = 'kubefresh' | 'fs.watch' | "chokidar 'all'" | '60 s poll' | '50 s poll';
/** What goes on beside it in the same process. */
export type Trouble = 'none' | 'busy thread pool' | '8 ms blocks' | 'dead watcher';

/** What the parent asks for. */
export interface RotationClientInput {
  readonly server: CannedServer;
  readonly way: Way;
  readonly trouble: Trouble;
  /** How many times faster than they are the polls run. */
  readonly pollScale: number;
}

/** A request's dispatcher and headers. */
interface Sender {
  readonly dispatcher: Dispatcher;
  headers(): Record<string, string>;
}

const { server, way, trouble, pollScale } = await input<RotationClientInput>();
const tokenFile = join(server.directory, 'token');
const readToken = () => readFileSync(tokenFile, 'utf8').trim();

const troubles: Record<Trouble, () => void> = {
  none: () => {},
  'busy thread pool': keepThreadPoolBusy,
  '8 ms blocks': blockNowAndThen,
  // Loaded from here on, chokidar finds what a machine without inotify instances gives it.
  'dead watcher': () => {
    fs.watch = () => {
      throw Object.assign(new Error('no more inotify instances'), { code: 'EMFILE' });
    };
    syncBuiltinESMExports();
  },
};
troubles[trouble]();

const senders: Record<Way, () => Sender | Promise<Sender>> = {
  kubefresh,
  'fs.watch': () => {
    const sender = bare(readToken());
    watchNatively(server.directory, () => sender.renew(readToken()));
    return sender;
  },
  "chokidar 'all'": () => {
    const sender = bare(readToken());
    watchWithChokidar(server.directory, { ignoreInitial: true }).on('all', () => sender.renew(readToken()));
    return sender;
  },
  '60 s poll': () => polling(60_000 / pollScale),
  '50 s poll': () => polling(50_000 / pollScale),
};

const sender = await senders[way]();
// Watchers begin some milliseconds after they were told to.
await new Promise((resolve) => setTimeout(resolve, 200));
await answer('ready');
for (;;) {
  const options = { origin: server.https, path: '/api/v1/namespaces/default/pods', method: 'GET' } as const;
  const { body } = await sender.dispatcher.request({ ...options, headers: sender.headers() });
  await body.dump();
}

async function kubefresh(): Promise<Sender> {
  const { volumeSource } = await import('@kubefresh/core');
  const { createDispatcher } = await import('@kubefresh/core/undici');
  const source = volumeSource({ directory: server.directory });
  return { dispatcher: createDispatcher({ source, origins: [server.https] }), headers: () => ({}) };
}

function bare(first: string) {
  let authorization = `Bearer ${first}`;
  return {
    dispatcher: new Agent({ connect: { ca: server.ca } }),
    headers: () => ({ authorization }),
    renew(token: string) {
      authorization = `Bearer ${token}`;
    },
  };
}

function polling(interval: number): Sender {
  const sender = bare(readToken());
  let readAt = performance.now();
  return {
    ...sender,
    headers() {
      if (performance.now() - readAt >= interval) {
        sender.renew(readToken());
        readAt = performance.now();
      }
      return sender.headers();
    },
  };
}

/** Twice as many jobs of some milliseconds as there are threads: whoever needs one waits his turn. */
function keepThreadPoolBusy(): void {
  const again = () => pbkdf2('password', 'salt', 8_000, 32, 'sha256', again);
  for (let job = 0; job < 8; job += 1) again();
}

function blockNowAndThen(): void {
  setInterval(() => {
    const until = performance.now() + 8;
    while (performance.now() < until);
  }, 24);
}
