import { chmodSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createProjectedVolume } from '@kubefresh/testing';
import { describe, expect, test } from 'vitest';
import { startChild } from '../support/child.ts';
import { makeToken } from '../support/make-token.ts';

describe.skipIf(process.getuid?.() !== 0)('F11: a reader that is not root', () => {
  test('is told what to set at start, is served once it may read, and keeps what it holds when it may not again', async () => {
    using volume = createProjectedVolume({ mode: 0o600, files: { token: makeToken({ jti: 'first' }) } });
    chmodSync(volume.root, 0o755);
    const child = startChild('unprivileged.ts', { args: [volume.directory] });
    const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]();
    const next = async () => JSON.parse(String((await lines.next()).value));

    const { unavailable } = await next();
    expect(unavailable).toMatch(/CredentialUnavailableError.+uid 65534.+mode 0600, owner 0:0.+fsGroup.+runAsUser/su);
    volume.chmod(0o644);
    expect(await next()).toEqual({ ready: 'first' });
    // Written with mode 0600, as the volume was created.
    volume.write({ token: makeToken({ jti: 'second' }) });
    const { code, fault, held } = await next();
    expect(code).toBe('ERR_KUBEFRESH_FILE_UNREADABLE');
    expect(fault).toContain('fsGroup');
    expect(held).toBe('first');
  });

  test('of a directory that it may not search is told so, and nothing is thrown at it', async () => {
    using volume = createProjectedVolume({ files: { token: makeToken({ jti: 'first' }) } });
    chmodSync(volume.root, 0o700);
    const child = startChild('unprivileged.ts', { args: [volume.directory] });
    const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]();
    expect(JSON.parse(String((await lines.next()).value)).unavailable).toContain('uid 65534');
    chmodSync(volume.root, 0o755);
    expect(JSON.parse(String((await lines.next()).value))).toEqual({ ready: 'first' });
    child.kill();
  });
});
