import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { binaryDirectory } from '../src/build/cache.ts';
import { ClusterUnavailableError, startCluster, whySkipped, whyUnavailable } from '../src/index.ts';
import { describeOn } from './support.ts';

const built = binaryDirectory();

describeOn('light', 'a machine that lacks something', () => {
  let emptyCache: string;
  beforeEach(() => {
    emptyCache = mkdtempSync(join(tmpdir(), 'kubefresh-cache-'));
    vi.stubEnv('KUBEFRESH_CACHE', emptyCache);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(emptyCache, { recursive: true });
  });

  test('without Go and without binaries it says so, and what to do', async () => {
    vi.stubEnv('CI', '');
    vi.stubEnv('PATH', '/usr/bin:/bin');
    const reason = /etcd, kube-apiserver must be built first: Go is not installed \(https:\/\/go.dev\/dl/;
    expect(await whyUnavailable('light')).toMatch(reason);
    expect(await whySkipped('light')).toMatch(reason);
    await expect(startCluster({ profile: 'light' })).rejects.toThrow(ClusterUnavailableError);
  });

  test('under CI=true nothing is skipped', async () => {
    vi.stubEnv('CI', 'true');
    vi.stubEnv('PATH', '/usr/bin:/bin');
    await expect(whySkipped('light')).rejects.toMatchObject({ code: 'ERR_CLUSTER_UNAVAILABLE' });
  });

  test('KUBEBUILDER_ASSETS stands in for what would be built', async () => {
    vi.stubEnv('PATH', '/usr/bin:/bin');
    vi.stubEnv('KUBEBUILDER_ASSETS', built);
    await using cluster = await startCluster({ profile: 'light' });
    expect((await cluster.admin.send('GET', '/readyz')).status).toBe(200);
  });

  test('the node profile asks for root', async () => {
    const script = join(import.meta.dirname, 'fixtures/why-unavailable.ts');
    const asNobody = { uid: 65_534, gid: 65_534, cwd: '/' };
    const { stdout } = await promisify(execFile)(process.execPath, [script], asNobody);
    expect(stdout).toContain('needs root');
  });
});
