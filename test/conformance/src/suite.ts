import assert from 'node:assert/strict';
import { startApiServer, type TestApiServer } from '@kubefresh/testing';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { describeError } from './describe-error.ts';
import type { Driver, Path } from './driver.ts';
import { type CaseResult, writeResult } from './results.ts';
import type { Row } from './row.ts';
import { rows } from './rows/index.ts';
import { LOG, POD, Stage } from './stage.ts';
import { hearUnhandled } from './unhandled.ts';
import { within } from './within.ts';

/** A stock client may hang where it fails, ms; ours never does, and the bound of the test itself is for it. */
const STOCK_TIMEOUT = 1500;
/** The same where a program has to be started, which can take seconds on a busy machine, ms. */
const STOCK_CHILD_TIMEOUT = 25_000;

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
      server.pods.onAttach(({ stdout }) => {
        stdout.write(LOG);
        return 0;
      });
    });

    afterAll(async () => {
      await server.close();
      await unhandled?.stop();
      writeResult(driver, results);
    });

    for (const row of rows) {
      for (const path of row.paths) {
        const { id, group, title } = row;
        const entry = { row: id, group, path, title };
        const exception = exceptionOf(driver, row, path);
        if (exception !== undefined) {
          results.push({ ...entry, outcome: 'excepted', reason: exception });
          test.skip(`${id} ${path}: ${title} (${exception})`);
          continue;
        }
        test(
          `${id} ${path}: ${title}`,
          async () => {
            const outcome = await play(driver, server, row, path);
            const stray = unhandled?.take();
            const reason = outcome ?? stray;
            results.push(
              reason === undefined ? { ...entry, outcome: 'passed' } : { ...entry, outcome: 'failed', reason },
            );
            if (driver.flavour === 'kubefresh' && reason !== undefined) assert.fail(reason);
          },
          row.bound,
        );
      }
    }
  });
}

/** Why a row cannot apply to this path of this client. */
function exceptionOf({ lacks, except = {} }: Driver, { id, needs }: Row, path: Path): string | undefined {
  const missing = [needs ?? []].flat().find((ability) => lacks[ability] !== undefined);
  return lacks[path] ?? (missing && lacks[missing]) ?? except[`${id}/${path}`] ?? except[id];
}

/** Why the case failed; undefined when it passed. */
async function play(driver: Driver, server: TestApiServer, row: Row, path: Path): Promise<string | undefined> {
  const { kind = 'in-cluster', early = false, token, volume } = row;
  try {
    const stage = await Stage.set(driver, server, {
      kind,
      early,
      http2: row.needs === 'http2',
      ...(token && { token: await token(server) }),
      ...(volume && { volume }),
    });
    try {
      const run = row.run(stage, path);
      const bound = row.child ? STOCK_CHILD_TIMEOUT : STOCK_TIMEOUT;
      await (driver.flavour === 'stock' ? within(bound, 'no end of it', run) : run);
      checkCredentials(stage);
    } finally {
      await stage[Symbol.asyncDispose]();
    }
  } catch (error) {
    return describeError(error);
  }
  return undefined;
}

/** What every JWT begins with, and goes on with. */
const TOKEN = /eyJ[\w-]{10,}\.eyJ/;

/** Whatever happened: each request of ours carried one credential, and nothing that was said shows one. */
function checkCredentials(stage: Stage): void {
  const { requests } = stage;
  assert.ok(!stage.said().some((report) => TOKEN.test(report)), 'a token in a report');
  const bare = requests.find(({ credential, authorizations }) => credential !== 'bearer' || authorizations !== 1);
  assert.equal(
    bare,
    undefined,
    `${bare?.method} ${bare?.path} came with ${bare?.authorizations} Authorization headers`,
  );
}
