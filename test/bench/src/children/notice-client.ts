/**
 * Does nothing but notice new tokens of a volume, in one of several ways: for each it sends one request, which carries the
 * token and when it was noticed.
 */
import { readFileSync, watch as watchNatively } from 'node:fs';
import { join } from 'node:path';
import { watch as watchWithChokidar } from 'chokidar';
import { Agent } from 'undici';
import { answer, input } from '../child.ts';
import { monotonicNow, NOTICED_AT } from '../notice.ts';
import type { CannedServer } from './canned-server.ts';
import type { Way } from './rotation-client.ts';

/** How a new token is noticed. */
export type NoticeWay = Extract<Way, 'kubefresh' | 'fs.watch' | "chokidar 'all'">;

/** What the parent asks for. */
export interface NoticeClientInput {
  readonly server: CannedServer;
  readonly way: NoticeWay;
}

const { server, way } = await input<NoticeClientInput>();
const dispatcher = new Agent({ connect: { ca: server.ca } });
const tokenFile = join(server.directory, 'token');
let noticed = server.token;

const ways: Readonly<Record<NoticeWay, () => unknown>> = {
  kubefresh: async () => {
    const { volumeSource } = await import('@kubefresh/core');
    const source = volumeSource({ directory: server.directory });
    source.on('renewed', ({ credential }) => notice(monotonicNow(), credential.token.reveal()));
  },
  'fs.watch': () => watchNatively(server.directory, lookAgain),
  "chokidar 'all'": () => watchWithChokidar(server.directory, { ignoreInitial: true }).on('all', lookAgain),
};
await ways[way]();
// Watchers begin some milliseconds after they were told to.
await new Promise((resolve) => setTimeout(resolve, 200));
await answer('ready');

/** The time is that of the callback, before the file is read: the peers are not charged for what ours has to do. */
function lookAgain(): void {
  notice(monotonicNow(), readFileSync(tokenFile, 'utf8').trim());
}

function notice(at: number, token: string): void {
  if (token === noticed) return;
  noticed = token;
  const headers = { authorization: `Bearer ${token}`, [NOTICED_AT]: String(at) };
  void dispatcher
    .request({ origin: server.https, path: '/api/v1/namespaces/default/pods', method: 'GET', headers })
    .then(({ body }) => body.dump());
}
