import { whySkipped } from '@kubefresh-test/cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Comparison } from '../src/compare/comparison.ts';
import { describeDifferences } from '../src/compare/differences.ts';
import { EXCEPTIONS } from '../src/exceptions.ts';
import { answersSuite } from '../src/suites/answers.ts';
import { limitsSuite } from '../src/suites/limits.ts';
import { streamsSuite } from '../src/suites/streams.ts';
import type { Worlds } from '../src/suites/suite.ts';

const comparison = new Comparison(EXCEPTIONS);
const compared: string[] = [];
/** Of a case that settles: each takes some ms, and one is usually enough. */
const ATTEMPTS = 10;

for (const { title, profile, cases, start } of [answersSuite, limitsSuite, streamsSuite]) {
  const reason = await whySkipped(profile);
  describe.skipIf(reason !== undefined)(`${title}${reason === undefined ? '' : ` (${reason})`}`, () => {
    let worlds: Worlds | undefined;

    beforeAll(async () => {
      worlds = await start();
    });

    afterAll(async () => {
      await Promise.all([worlds?.real[Symbol.asyncDispose](), worlds?.kit[Symbol.asyncDispose]()]);
    });

    test.each(cases)('$title', async (each) => {
      if (worlds === undefined) throw new Error('no worlds');
      const { real, kit } = worlds;
      const compare = async (attempt: number) => {
        const shapes = await Promise.all([each.observe(real, attempt), each.observe(kit, attempt)]);
        return comparison.unexplained(each.title, ...shapes);
      };
      let found = await compare(0);
      compared.push(each.title);
      for (let attempt = 1; found.length > 0 && each.settles && attempt < ATTEMPTS; attempt += 1) {
        found = await compare(attempt);
      }
      if (found.length > 0) expect.fail(`the kit answers otherwise:\n${describeDifferences(found)}`);
    });
  });
}

// Of the cases that ran: where a machine cannot run a node, its exceptions are not looked at.
test('every documented exception still is one', () => {
  expect(comparison.outdated(compared)).toEqual([]);
});
