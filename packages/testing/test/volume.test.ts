import { execFile } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { createProjectedVolume, type SpoilKind } from '@kubefresh/testing';
import { afterEach, describe, expect, it } from 'vitest';

const files = { token: 'one', 'ca.crt': 'CA', namespace: 'default' };
const opened: Disposable[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each[Symbol.dispose]();
});

function volume(...args: Parameters<typeof createProjectedVolume>) {
  const created = createProjectedVolume(...args);
  opened.push(created);
  return created;
}

describe('projected layout', () => {
  it('lays the files out as the kubelet does', () => {
    const { directory, tokenFile } = volume({ files });
    expect(readlinkSync(tokenFile)).toBe('..data/token');
    expect(readlinkSync(`${directory}/..data`)).toMatch(/^\.\.\d{4}(_\d{2}){5}\.\d+$/);
    expect(readdirSync(directory).sort()).toEqual([
      readlinkSync(`${directory}/..data`),
      '..data',
      'ca.crt',
      'namespace',
      'token',
    ]);
    expect(statSync(tokenFile).mode & 0o777).toBe(0o644);
  });

  it('swaps all files at once and leaves one timestamped directory', () => {
    const it = volume({ files });
    const before = readlinkSync(`${it.directory}/..data`);
    expect(it.write({ token: 'two', 'ca.crt': 'CA2' })).toBe(true);
    expect(readlinkSync(`${it.directory}/..data`)).not.toBe(before);
    expect(readFileSync(it.tokenFile, 'utf8')).toBe('two');
    expect(readFileSync(it.caFile, 'utf8')).toBe('CA2');
    expect(readFileSync(it.namespaceFile, 'utf8')).toBe('default');
    expect(existsSync(`${it.directory}/${before}`)).toBe(false);
  });

  it('touches nothing when the bytes are equal', () => {
    const it = volume({ files });
    const before = readlinkSync(`${it.directory}/..data`);
    expect(it.write({ token: 'one' })).toBe(false);
    expect(readlinkSync(`${it.directory}/..data`)).toBe(before);
  });

  it('commits by the rename alone', () => {
    const it = volume({ files });
    const seen = [];
    for (const step of it.writeSteps({ token: 'two' })) seen.push([step, readFileSync(it.tokenFile, 'utf8')]);
    expect(seen).toEqual([
      ['directory', 'one'],
      ['files', 'one'],
      ['data_tmp', 'one'],
      ['commit', 'two'],
      ['links', 'two'],
      ['cleanup', 'two'],
    ]);
  });

  it.each([0o600, 0o640, 0o644])('gives the files mode %o', (mode) => {
    expect(statSync(volume({ files, mode }).tokenFile).mode & 0o777).toBe(mode);
  });
});

describe('other layouts', () => {
  it('plain overwrites the same inode, csi brings another one', () => {
    for (const [layout, same] of [
      ['plain', true],
      ['csi', false],
    ] as const) {
      const it = volume({ files, layout });
      const before = statSync(it.tokenFile).ino;
      it.write({ token: 'two' });
      expect(readFileSync(it.tokenFile, 'utf8')).toBe('two');
      expect(statSync(it.tokenFile).ino === before).toBe(same);
      expect(existsSync(`${it.directory}/..data`)).toBe(false);
    }
  });

  it.runIf(process.platform === 'linux')('subPath keeps the first file, unlinked after the first swap', () => {
    const it = volume({ files, layout: 'subPath' });
    expect(statSync(it.tokenFile).nlink).toBe(1);
    it.write({ token: 'two' });
    expect(readFileSync(it.tokenFile, 'utf8')).toBe('one');
    expect(statSync(it.tokenFile).nlink).toBe(0);
  });

  it('can be a symbolic link as a whole, or be missing until the first write', () => {
    expect(lstatSync(volume({ files, symlinked: true }).directory).isSymbolicLink()).toBe(true);
    const late = volume({ missing: true });
    expect(existsSync(late.directory)).toBe(false);
    late.write(files);
    expect(readFileSync(late.tokenFile, 'utf8')).toBe('one');
  });

  it('refuses a layout that does not exist', () => {
    expect(() => createProjectedVolume({ layout: 'nfs' as 'plain' })).toThrow(
      expect.objectContaining({ code: 'ERR_KUBEFRESH_TESTING_INVALID_OPTION' }),
    );
  });
});

describe('faults', () => {
  it.each<[SpoilKind, (path: string) => unknown, unknown]>([
    ['missing', existsSync, false],
    ['empty', (path) => readFileSync(path, 'utf8'), ''],
    ['blank', (path) => readFileSync(path, 'utf8'), '   '],
    ['half', (path) => readFileSync(path, 'utf8'), 'on'],
    ['oversized', (path) => statSync(path).size, 1024 * 1024],
    ['directory', (path) => statSync(path).isDirectory(), true],
    ['fifo', (path) => statSync(path).isFIFO(), true],
  ])('%s stands in the place of the token, in every layout, until the next write', (kind, look, found) => {
    for (const layout of ['projected', 'plain', 'csi'] as const) {
      const it = volume({ files: { ...files, token: 'onex' }, layout });
      it.spoil(kind);
      expect(look(it.tokenFile)).toBe(found);
      it.write({ token: 'two' });
      expect(readFileSync(it.tokenFile, 'utf8')).toBe('two');
    }
  });

  it('writes half a token and then the rest, in place', () => {
    const it = volume({ files });
    const before = readlinkSync(`${it.directory}/..data`);
    const finish = it.writePartially('abcdef');
    expect(readFileSync(it.tokenFile, 'utf8')).toBe('abc');
    finish();
    expect(readFileSync(it.tokenFile, 'utf8')).toBe('abcdef');
    expect(readlinkSync(`${it.directory}/..data`)).toBe(before);
  });

  it('goes away and comes back as a whole', () => {
    const it = volume({ files });
    it.remove();
    expect(existsSync(it.directory)).toBe(false);
    it.recreate({ token: 'two' });
    expect(readFileSync(it.tokenFile, 'utf8')).toBe('two');
    expect(readFileSync(it.caFile, 'utf8')).toBe('CA');
  });

  it('is removed with the process when nobody has disposed of it', async () => {
    const program = `
      const { createProjectedVolume } = await import('@kubefresh/testing');
      console.log(createProjectedVolume({ files: { token: 'x' } }).root);`;
    const args = ['--conditions=kubefresh-source', '--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
    expect(stdout).toContain('kubefresh-testing-');
    expect(existsSync(stdout.trim())).toBe(false);
  });

  it('stays as it is for ever once mounted over', () => {
    const it = volume({ files });
    it.overMount();
    expect(it.write({ token: 'two' })).toBe(true);
    expect(readFileSync(it.tokenFile, 'utf8')).toBe('one');
  });
});
