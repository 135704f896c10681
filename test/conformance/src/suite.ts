import assert from 'node:assert/strict';
import { startApiServer, type TestApiServer } from '@kubefresh/testing';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Driver, Path } from './driver.ts';
import { type CaseResult, writeResult } from './results.ts';
import type { Row } from './row.ts';
import { fileRows } from './rows/files.ts';
import { processRows } from './rows/process.ts';
import { serverRows } from './rows/server.ts';
import { tlsRows } from './rows/tls.ts';
import { tokenRows } from './rows/tokens.ts';
import { LOG, POD, Stage } from './stage.ts';
import { hearUnhandled } from './unhandled.ts';
import { within } from './within.ts';

const rows: readonly Row[] = [...fileRows, ...tokenRows, ...serverRows, ...tlsRows, ...processRows];

/** A stock client may hang where it fails, ms; ours never does, and the bound of the test itself is for it. */
const STOCK_TIMEOUT = 1500;

/** Makes tests of all cases that concern a driver, and writes its result when they have run. */
export function conform(driver: Driver): void {
  describe(`${driver.client}, ${driver.flavour}`, () => {
    const results: CaseResult[] = [];
    let server: TestApiServer;
    let unhandled: ReturnType<typeof hearUnhandled> | undefined;

    beforeAll(async () => {
      if (driver.flavour === 'stock') unhandled = hearUnhandled();
      server = await startApiServer({ leewaySeconds: 0, successCacheSeconds: 0 });
      server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: POD, namespace: 'default' } });
      server.pods.log(POD, LOG);
    });

    afterAll(async () => {
      await server.close();
      await unhandled?.stop();
      writeResult(driver, results);
    });

    for (const row of rows) {
      for (const path of row.paths.filter((name) => driver.paths.includes(name))) {
        const { id, group, title } = row;
        const entry = { row: id, group, path, title };
        const exception = driver.except?.[`${id}/${path}`] ?? driver.except?.[id];
        if (exception !== undefined) {
          results.push({ ...entry, outcome: 'excepted', reason: exception });
          test.skip(`${id} ${path}: ${title} (${exception})`);
          continue;
        }
        test(`${id} ${path}: ${title}`, async ({ skip }) => {
          const outcome = await play(driver, server, row, path);
          if (outcome === 'lacking') return skip();
          const stray = unhandled?.take();
          const reason = outcome ?? stray;
          results.push(
            reason === undefined ? { ...entry, outcome: 'passed' } : { ...entry, outcome: 'failed', reason },
          );
          if (driver.flavour === 'kubefresh' && reason !== undefined) assert.fail(reason);
        });
      }
    }
  });
}

/** Why the case failed; undefined when it passed; `lacking` when the client has not what it needs. */
async function play(driver: Driver, server: TestApiServer, row: Row, path: Path): Promise<string | undefined> {
  const { kind = 'in-cluster', early = false, token } = row;
  try {
    const stage = await Stage.set(driver, server, { kind, early, ...(token && { token: await token(server) }) });
    try {
      if (row.needs !== undefined && stage.client[row.needs] === undefined) return 'lacking';
      const run = row.run(stage, path);
      await (driver.flavour === 'stock' ? within(STOCK_TIMEOUT, 'no end of it', run) : run);
      checkCredentials(stage);
    } finally {
      await stage[Symbol.asyncDispose]();
    }
  } catch (error) {
    return describeError(error);
  }
  return undefined;
}

/** Whatever happened: each request of ours carried one credential. */
function checkCredentials({ requests }: Stage): void {
  const bare = requests.find(({ credential, authorizations }) => credential !== 'bearer' || authorizations !== 1);
  assert.equal(
    bare,
    undefined,
    `${bare?.method} ${bare?.path} came with ${bare?.authorizations} Authorization headers`,
  );
}

/** Its words and those of what caused it: a client often wraps what matters. */
function describeError(error: unknown): string {
  const { message } = Object(error) as { message?: unknown };
  // `ws` rejects with an event.
  if (!(error instanceof Error)) return typeof message === 'string' ? message : String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describeError(error.cause)}`;
}
