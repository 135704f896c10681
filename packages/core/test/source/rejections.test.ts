import { createProjectedVolume, type ProjectedVolume } from '@kubefresh/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Credential, CredentialSource } from '../../src/source/types.ts';
import { volumeSource } from '../../src/source/volume-source.ts';
import { CA_ONE } from '../support/certificates.ts';
import { makeToken, type TokenRecipe } from '../support/make-token.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { recordEvents } from '../support/record-events.ts';

const reads = vi.hoisted(() => ({ count: 0 }));
vi.mock('../../src/volume/snapshot.ts', async (original) => {
  const actual = await original<typeof import('../../src/volume/snapshot.ts')>();
  return {
    ...actual,
    readSnapshot(...args: Parameters<typeof actual.readSnapshot>) {
      reads.count += 1;
      return actual.readSnapshot(...args);
    },
  };
});

let clock: ManualClock;
let volume: ProjectedVolume;
let source: CredentialSource;
beforeEach(() => {
  clock = new ManualClock(Date.parse('2026-05-01T12:00:00Z'));
  volume = createProjectedVolume({ files: { token: token('first') } });
  source = open();
});
afterEach(async () => {
  await source.close();
  volume[Symbol.dispose]();
});

function open(): CredentialSource {
  // An hour, so that no poll is among the reads that are counted.
  const names = { directory: volume.directory, caFile: false, namespaceFile: false } as const;
  return volumeSource({ ...names, clock, pollInterval: 3_600_000 });
}

function token(jti: string, recipe: TokenRecipe = {}): string {
  return makeToken({ issuedAt: clock.now(), jti, ...recipe });
}

function rotate(jti: string, recipe?: TokenRecipe): Credential {
  volume.write({ token: token(jti, recipe) });
  clock.advance(10);
  return source.current();
}

function refuse(credential = source.current(), status = 401) {
  return source.rejected(credential, { status, origin: 'https://10.96.0.1', sentAt: clock.monotonic() });
}

/** The jti of an answer that was given at once. */
function jtiOf(answer: ReturnType<typeof refuse>): string | undefined {
  expect(answer).not.toBeInstanceOf(Promise);
  return (answer as Credential | undefined)?.token.claims?.jti;
}

describe('S1: the old token refused', () => {
  test('at the very swap: the new one is found by a look and answered at once', () => {
    const old = source.current();
    volume.write({ token: token('second') });
    expect(jtiOf(refuse(old))).toBe('second');
  });

  test('long after: the new one is answered without a look, however often', () => {
    const old = source.current();
    rotate('second');
    const before = reads.count;
    for (let late = 0; late < 50; late += 1) expect(jtiOf(refuse(old))).toBe('second');
    expect(reads.count).toBe(before);
  });

  test('some milliseconds before its successor is written: the 401 waits for it', async () => {
    const answer = refuse();
    await clock.pass(60);
    volume.write({ token: token('second') });
    await clock.pass(60);
    expect((await answer)?.token.claims?.jti).toBe('second');
  });
});

describe('S2: the new token refused while one API server lags', () => {
  test('its predecessor stands in, and the new one is tried after 250 ms, doubling up to 5 s', () => {
    rotate('second');
    for (const trial of [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]) {
      expect(source.current().token.claims?.jti).toBe('second');
      expect(jtiOf(refuse())).toBe('first');
      expect(source.status()).toMatchObject({ state: 'demoted', generation: 1 });
      // Time is known to 10 ms.
      clock.advance(trial - 11);
      expect(source.current().token.claims?.jti).toBe('first');
      clock.advance(22);
    }
    expect(source.current().token.claims?.jti).toBe('second');
    expect(source.status()).toMatchObject({ state: 'fresh', generation: 2 });
  });

  test('20 requests at once cost one demotion', () => {
    const refused = rotate('second');
    for (let request = 0; request < 20; request += 1) expect(jtiOf(refuse(refused))).toBe('first');
    clock.advance(260);
    expect(source.current().token.claims?.jti).toBe('second');
  });

  test('the stand-in has the CA and the namespace of now', async () => {
    const withCa = volumeSource({ directory: volume.directory, clock, pollInterval: 3_600_000 });
    volume.write({ namespace: 'one', 'ca.crt': CA_ONE });
    rotate('second');
    withCa.rejected(withCa.current(), { status: 401, origin: 'https://10.96.0.1', sentAt: 0 });
    volume.write({ namespace: 'two' });
    clock.advance(10);
    expect(withCa.current()).toMatchObject({ namespace: 'two', ca: CA_ONE, caFile: volume.caFile });
    expect(withCa.current().token.claims?.jti).toBe('first');
    await withCa.close();
  });

  test('a stand-in that is refused as well gives way to the newest, for good', async () => {
    rotate('second');
    expect(jtiOf(refuse())).toBe('first');
    expect(jtiOf(refuse())).toBe('second');
    const answer = refuse();
    await clock.pass(300);
    expect(await answer).toBeUndefined();
    expect(source.current().token.claims?.jti).toBe('second');
  });

  test('each of the two is told once, whatever comes after', async () => {
    const { rejected } = recordEvents(source);
    rotate('second');
    for (let round = 0; round < 3; round += 1) {
      const answer = refuse();
      await clock.pass(300);
      await answer;
    }
    expect(rejected.map(({ credential }) => credential.token.claims?.jti)).toEqual(['second', 'first']);
  });

  test('a newer one ends the demotion', () => {
    rotate('second');
    refuse();
    expect(rotate('third').token.claims?.jti).toBe('third');
  });

  test('two rotations while the server lags: who stood in for the one stands in for the next', () => {
    rotate('second');
    refuse();
    rotate('third');
    expect(jtiOf(refuse())).toBe('first');
  });

  test('no token is demoted that was held for a minute, nor for a predecessor that ends within 5 s', async () => {
    rotate('second');
    clock.advance(60_000);
    let answer = refuse();
    await clock.pass(300);
    expect(await answer).toBeUndefined();

    rotate('third', { life: 600 });
    clock.advance(595_500);
    rotate('fourth');
    answer = refuse();
    await clock.pass(300);
    expect(await answer).toBeUndefined();
  });

  test('one that is demoted goes on being, past the minute, while the server lags', () => {
    rotate('second');
    for (let trial = 0; trial < 30; trial += 1) {
      expect(jtiOf(refuse())).toBe('first');
      clock.advance(5_020);
    }
  });
});

describe('S3: every token refused', () => {
  test('for 5 s: at most ten reads a second, each caller is answered, and the recovery is at once', async () => {
    const before = reads.count;
    const answers: ReturnType<typeof refuse>[] = [];
    for (let moment = 0; moment < 5_000; moment += 20) {
      for (let request = 0; request < 20; request += 1) answers.push(refuse());
      await clock.pass(20);
    }
    expect(reads.count - before).toBeGreaterThan(40);
    expect(reads.count - before).toBeLessThanOrEqual(51);
    const refused = source.current();
    volume.write({ token: token('second') });
    expect(jtiOf(refuse(refused))).toBe('second');
    await clock.pass(200);
    const found = await Promise.all(answers);
    expect(found).toHaveLength(5_000);
    // Those who were refused last may have been answered with what came then.
    expect(new Set(found.slice(0, 4_500))).toEqual(new Set([undefined]));
    expect(clock.armed.holding).toBe(0);
  });

  test('a file that is at fault makes neither refusals nor uses read more often than that', async () => {
    const faulty = volumeSource({ directory: volume.directory, clock, pollInterval: 3_600_000, namespaceFile: false });
    expect(faulty.status().lastFault?.error.message).toContain('ca.crt');
    const before = reads.count;
    const answers: ReturnType<typeof refuse>[] = [];
    for (let moment = 0; moment < 2_000; moment += 10) {
      for (let request = 0; request < 5; request += 1)
        answers.push(faulty.rejected(faulty.current(), { status: 401, origin: '', sentAt: 0 }));
      await clock.pass(10);
    }
    // Twice ten a second: the forced ones, and those for what may have become good.
    expect(reads.count - before).toBeLessThanOrEqual(42);
    await clock.pass(300);
    await Promise.all(answers);
    await faulty.close();
  });

  test('rotating all the while: never more than ten forced reads a second over those of the rotations', async () => {
    const before = reads.count;
    const answers: ReturnType<typeof refuse>[] = [];
    for (let rotation = 0; rotation < 50; rotation += 1) {
      rotate(`rotation-${rotation}`);
      for (let moment = 0; moment < 90; moment += 15) {
        answers.push(refuse());
        await clock.pass(15);
      }
    }
    expect(reads.count - before).toBeLessThanOrEqual(50 + 52);
    await clock.pass(300);
    await Promise.all(answers);
  });

  test('100 refused at once share the reads and the answer', async () => {
    const before = reads.count;
    const refused = source.current();
    const answers = Array.from({ length: 100 }, () => refuse(refused));
    expect(reads.count - before).toBe(1);
    volume.write({ token: token('second') });
    await clock.pass(150);
    expect(new Set(answers).size).toBe(1);
    const found = await Promise.all(answers);
    expect(new Set(found.map((answer) => answer?.token.claims?.jti))).toEqual(new Set(['second']));
    expect(reads.count - before).toBe(2);
  });

  test('while it waits for the answer the process is held, and not after', async () => {
    const answer = refuse();
    await clock.pass(0);
    expect(clock.armed.holding).toBe(1);
    await clock.pass(110);
    await answer;
    expect(clock.armed.holding).toBe(0);
  });
});

describe('T7: the service account was created anew', () => {
  test('a 401 that persists is answered with nothing, told once, and ends with the next change of the volume', async () => {
    const { rejected } = recordEvents(source);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const answer = refuse();
      await clock.pass(1_000);
      expect(await answer).toBeUndefined();
    }
    expect(rejected).toHaveLength(1);
    const refused = source.current();
    expect(refused.token.claims?.jti).toBe('first');
    volume.write({ token: token('second') });
    expect(jtiOf(refuse(refused))).toBe('second');
  });
});

describe('whatever is told', () => {
  test('the event has the credential, the reason and the audit id, once a token', async () => {
    const { rejected } = recordEvents(source);
    const refused = source.current();
    const evidence = { status: 401, origin: 'https://10.96.0.1', sentAt: 0, auditId: 'audit-1' };
    void source.rejected(refused, evidence);
    void source.rejected(refused, evidence);
    expect(rejected).toMatchObject([{ credential: refused, auditId: 'audit-1', reason: expect.any(String) }]);
    await clock.pass(300);
  });

  test('S10: a 403 (something took the header) is told, and leads to no other token', () => {
    const { rejected } = recordEvents(source);
    const old = source.current();
    rotate('second');
    const before = reads.count;
    expect(refuse(old, 403)).toBeUndefined();
    expect(rejected).toHaveLength(1);
    expect(reads.count).toBe(before);
  });

  test('a Date that is none, a credential of another source: nothing is thrown', async () => {
    using other = createProjectedVolume({ files: { token: token('other') } });
    await using stranger = volumeSource({ directory: other.directory, clock });
    const evidence = { status: 401, origin: '', sentAt: Number.NaN, date: 'yesterday' };
    expect(jtiOf(source.rejected(stranger.current(), evidence))).toBe('first');
    expect(source.status().skew).toBeUndefined();
  });

  test.each([
    ['the second read', false],
    ['the first read, which the rate holds back,', true],
  ])('P3: a wait for %s ends at close, with nothing left behind', async (_, before) => {
    if (before) {
      const answered = refuse();
      await clock.pass(120);
      expect(await answered).toBeUndefined();
    }
    const answers = [refuse(), refuse()];
    await clock.pass(1);
    expect(clock.armed.holding).toBe(1);
    await source.close();
    expect(await Promise.all(answers)).toEqual([undefined, undefined]);
    expect(clock.armed.holding).toBe(0);
    expect(source.rejected({} as Credential, { status: 401, origin: '', sentAt: 0 })).toBeUndefined();
  });
});
