import { execFileSync } from 'node:child_process';
import { ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileUnreadableError } from '../../src/errors.ts';
import { readSmallFile } from '../../src/volume/read-file.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubefresh-read-'));
  path = join(directory, 'token');
});
afterEach(() => rmSync(directory, { recursive: true }));

function refusal(): FileUnreadableError {
  try {
    readSmallFile(path);
  } catch (error) {
    expect(error).toBeInstanceOf(FileUnreadableError);
    expect(error).toMatchObject({ path, code: 'ERR_KUBEFRESH_FILE_UNREADABLE' });
    return error as FileUnreadableError;
  }
  throw new Error('was read');
}

describe('readSmallFile', () => {
  test('reads all of a file, up to 64 KiB', () => {
    for (const content of ['', 'a', 'ä\n', 'x'.repeat(65_536)]) {
      writeFileSync(path, content);
      expect(readSmallFile(path)).toBe(content);
    }
  });

  test('F8: reads to the end, not to the size: of a growing file, or where the file system says 0', () => {
    path = '/proc/self/mountinfo';
    expect(readSmallFile(path).length).toBeGreaterThan(100);
  });

  test('F9: refuses more than 64 KiB, whether the size says so or only the end', () => {
    writeFileSync(path, 'x'.repeat(65_537));
    expect(refusal().message).toContain('larger than 65536 bytes');
    const fd = openSync(path, 'w');
    ftruncateSync(fd, 2 ** 40);
    expect(refusal().message).toContain('larger than 65536 bytes');
    path = '/dev/zero';
    expect(refusal().message).toContain('no regular file but a device');
  });

  test('F9: says what is there instead of a file, and never waits for it', async () => {
    mkdirSync(path);
    expect(refusal().message).toContain('a directory');
    rmSync(path, { recursive: true });
    execFileSync('mkfifo', [path]);
    expect(refusal().message).toContain('a FIFO');
    rmSync(path);
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once('listening', resolve));
    expect(refusal().message).toContain('a socket');
    await new Promise((resolve) => server.close(resolve));
    symlinkSync('token', path);
    expect(refusal().message).toContain('links without end');
  });

  test('says what to do where there is nothing', () => {
    expect(refusal().message).toMatch(/does not exist.+automountServiceAccountToken.+as soon as it appears/su);
    expect(refusal().cause).toMatchObject({ code: 'ENOENT' });
    writeFileSync(path, '');
    path = join(path, 'below-a-file');
    expect(refusal().message).toContain('ENOTDIR');
  });
});
