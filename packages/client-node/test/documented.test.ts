import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Documented, documented } from './documented/programs.ts';
import { type Flavour, Sandbox } from './support/sandbox.ts';
import { majors, World } from './support/world.ts';

/** What differs from run to run: ids, versions of objects, times, and the server's and the machine's ports. */
const INCIDENTAL =
  /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|(?<=resourceVersion: '|bookmark: )\d+|\d{4}-\d\d-\d\dT[\d:.]+Z|(?<=127\.0\.0\.1:)\d+|(?<=Date: ')[^']+|\w{3}, \d\d \w{3} \d{4} [\d:]+ GMT/g;
/** Where an error was thrown: not in the same file. */
const PLACE = /^ +at .*\n|\(node:\d+\)|\S*\/kubefresh-documented-\S*/gm;

/** One of them runs for ten seconds by its own clock; loading the client takes each a second or two here. */
const LIMIT = { timeout: 120_000 };

describe.each(majors)('client-node $version', ({ version }) => {
  let sandbox: Sandbox;
  beforeAll(() => {
    sandbox = new Sandbox(`client-node-${version.charAt(0)}`);
  });
  afterAll(() => sandbox[Symbol.dispose]());

  const fitting = documented.filter(({ only = version }) => only === version);
  test.concurrent.each(fitting)('$file does as it does with the official package', LIMIT, async (program) => {
    const flavours = ['stock', 'kubefresh'] as const;
    const [stock, ours] = await Promise.all(flavours.map((flavour) => outcome(sandbox, program, flavour)));
    expect(ours).toEqual(stock);
    // A comparison of two failures would prove nothing.
    expect(stock?.requests).not.toEqual([]);
    expect(stock?.requests.filter((request) => !/^(?:[12]\d\d) /.test(request))).toEqual([]);
  });
});

/** Runs a program in a world of its own; answers with what can be seen of it from outside. */
async function outcome(sandbox: Sandbox, { file, args, prepare, meanwhile }: Documented, flavour: Flavour) {
  await using world = await World.create({ inEnvironment: false });
  const { server, volume } = world;
  prepare?.(server);
  const KUBECONFIG = join(volume.root, 'kubeconfig');
  // The spelling that the official client knows.
  writeFileSync(KUBECONFIG, world.kubeconfig({ 'token-file': volume.tokenFile }));
  const port = await freePort();
  const env = {
    KUBECONFIG,
    KUBERNETES_SERVICE_HOST: server.host,
    KUBERNETES_SERVICE_PORT: String(server.port),
    CONTAINER_ROOT: volume.root,
  };
  using program = sandbox.run(file, flavour, env, args?.(port));
  const seen = await Promise.race([meanwhile?.(program, server, port), program.ended.then(() => undefined)]);
  const end = await program.ended;
  return {
    end,
    seen: await seen,
    output: program.output.replaceAll(INCIDENTAL, '…').replaceAll(PLACE, '').replaceAll(String(port), 'PORT'),
    // Sorted: some send several at once.
    requests: server.journal.entries
      .map(({ status, method, path, query }) => `${status} ${method} ${path}?${withoutVersion(query)}`)
      .sort(),
  };
}

function withoutVersion(query: URLSearchParams): string {
  const rest = new URLSearchParams(query);
  rest.delete('resourceVersion');
  return rest.toString();
}

/** A port of this machine that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
