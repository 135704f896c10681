import { createProjectedVolume, type ProjectedVolume } from '@kubefresh/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { KubefreshError } from '../../src/errors.ts';
import { layout } from '../../src/volume/layout.ts';
import { readSnapshot } from '../../src/volume/snapshot.ts';
import { CA_ONE, CA_TWO } from '../support/certificates.ts';

/** What happens just before the next read of a file, once. */
let beforeRead: (() => void) | undefined;
vi.mock('../../src/volume/read-file.ts', async (original) => {
  const { readSmallFile } = await original<typeof import('../../src/volume/read-file.ts')>();
  return {
    readSmallFile(path: string) {
      const happens = beforeRead;
      beforeRead = undefined;
      happens?.();
      return readSmallFile(path);
    },
  };
});

/** What the system says to whoever opens the token; a machine lets few be made that it forbids to open (EPERM). */
let forbiddenBy: string | undefined;
vi.mock('../../src/volume/fs.ts', async (original) => {
  const real = await original<typeof import('../../src/volume/fs.ts')>();
  return {
    ...real,
    openSync(path: string, flags: number) {
      if (forbiddenBy === undefined || path !== volume.tokenFile) return real.openSync(path, flags);
      throw Object.assign(new Error(`${forbiddenBy}: open '${path}'`), { code: forbiddenBy });
    },
  };
});

let volume: ProjectedVolume;
afterEach(() => volume[Symbol.dispose]());

function create(files: Parameters<ProjectedVolume['write']>[0]) {
  volume = createProjectedVolume({ files });
  return layout({ directory: volume.directory });
}

describe('one consistent read', () => {
  test('gives token, CA and namespace', () => {
    const files = create({ token: 'one', 'ca.crt': CA_ONE, namespace: 'first\n' });
    expect(readSnapshot(files)).toEqual({ token: 'one', ca: CA_ONE, namespace: 'first', consistent: true });
  });

  test('F1: a swap in the middle of it makes it start again: what is read belongs together', () => {
    const files = create({ token: 'one', 'ca.crt': CA_ONE, namespace: 'first' });
    beforeRead = () => {
      beforeRead = () => volume.write({ token: 'two', 'ca.crt': CA_TWO, namespace: 'second' });
    };
    expect(readSnapshot(files)).toEqual({ token: 'two', ca: CA_TWO, namespace: 'second', consistent: true });
  });

  test('F1: so does one between the resolution of the link and the read, which then finds no file', () => {
    const files = create({ token: 'one', namespace: 'first' });
    const steps = volume.writeSteps({ token: 'two' });
    beforeRead = () => {
      for (const _ of steps);
    };
    expect(readSnapshot(files)).toMatchObject({ token: 'two', consistent: true });
  });

  test('a volume that changes under each attempt is given as it is, and says so', () => {
    const files = create({ token: '0', namespace: 'first' });
    let swaps = 0;
    const swap = () => {
      swaps += 1;
      volume.write({ token: String(swaps) });
      beforeRead = swap;
    };
    beforeRead = swap;
    expect(readSnapshot(files).consistent).toBe(false);
    beforeRead = undefined;
    expect(readSnapshot(files)).toMatchObject({ token: String(swaps), consistent: true });
  });

  test('files that the caller said are none stay undefined', () => {
    create({ token: 'one' });
    const files = layout({ directory: volume.directory, caFile: false, namespaceFile: false });
    expect(readSnapshot(files)).toEqual({ token: 'one', ca: undefined, namespace: undefined, consistent: true });
  });
});

test.each(['EACCES', 'EPERM'])('F11: of a token that may not be opened (%s), the error says what to set', (code) => {
  const files = create({ token: 'one', 'ca.crt': CA_ONE, namespace: 'first' });
  forbiddenBy = code;
  const { token, ca } = readSnapshot(files);
  forbiddenBy = undefined;
  expect(KubefreshError.is(token, 'ERR_KUBEFRESH_FILE_UNREADABLE')).toBe(true);
  expect(String(token)).toMatch(
    /mode 0644, owner \d+:\d+\. Set the pod's securityContext\.fsGroup, or the same runAsUser/,
  );
  expect(token).toMatchObject({ cause: { code } });
  expect(ca).toBe(CA_ONE);
});

describe('F15: the CA', () => {
  test('has the certificates that can be parsed, without those that cannot and what is written between', () => {
    const broken = CA_ONE.replace('MIIB', 'AAAA');
    const files = create({ token: 'one', 'ca.crt': `# first\n${CA_ONE}\r\n${broken}# second\n${CA_TWO.trim()}` });
    expect(readSnapshot(files).ca).toBe(`${CA_ONE.trim()}\n${CA_TWO.trim()}\n`);
  });

  test.each([
    ['empty', '', 'has no PEM certificate'],
    ['no PEM', 'hello', 'has no PEM certificate'],
    ['garbage', Uint8Array.from({ length: 999 }, (_, index) => index % 256), 'has no PEM certificate'],
    ['broken', CA_ONE.replace('MIIB', 'AAAA'), 'has 1 PEM certificates, none of them readable'],
  ])('%s is an error with a code and the path', (_, content, message) => {
    const { ca } = readSnapshot(create({ token: 'one', 'ca.crt': content, namespace: 'first' }));
    expect(KubefreshError.is(ca, 'ERR_KUBEFRESH_CA_INVALID')).toBe(true);
    expect(String(ca)).toContain(message);
    expect(String(ca)).toContain(volume.caFile);
  });

  test('missing is an error as well, and so is a missing namespace; neither takes the token with it', () => {
    const { token, ca, namespace } = readSnapshot(create({ token: 'one' }));
    expect(token).toBe('one');
    expect(KubefreshError.is(ca, 'ERR_KUBEFRESH_FILE_UNREADABLE')).toBe(true);
    expect(KubefreshError.is(namespace, 'ERR_KUBEFRESH_FILE_UNREADABLE')).toBe(true);
  });

  test.each(['', ' \n', 'Upper', 'a/../b', 'two\nlines', '-a', 'a'.repeat(64)])('%j is no namespace', (namespace) => {
    const found = readSnapshot(create({ token: 'one', namespace })).namespace;
    expect(KubefreshError.is(found, 'ERR_KUBEFRESH_FILE_UNREADABLE')).toBe(true);
  });
});
