import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { keepFresh } from '@kubefresh/client-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Library, list, majors, World } from './support/world.ts';

let world: World;
let directory: string;
beforeEach(async () => {
  world = await World.create();
  directory = mkdtempSync(join(tmpdir(), 'kubefresh-kubeconfig-'));
});
afterEach(async () => {
  Reflect.deleteProperty(process.env, 'KUBECONFIG');
  rmSync(directory, { recursive: true });
  await world[Symbol.asyncDispose]();
});

const OPAQUE = ['sha256~first', 'sha256~second'] as const;

describe.each(majors)('client-node $version', ({ library }) => {
  function kept(options = {}): InstanceType<Library['KubeConfig']> {
    const kubeConfig = new library.KubeConfig();
    keepFresh(kubeConfig, options);
    return kubeConfig;
  }

  /** Puts an opaque token into a file, as the only one that the server takes. */
  function put(file: string, token: string, before?: string): void {
    writeFileSync(file, token);
    world.server.trust(token, { username: token });
    if (before !== undefined) world.server.distrust(before);
  }

  test.each(['tokenFile', 'token-file'])('%s: an opaque token, read again', async (key) => {
    const file = join(directory, 'token');
    put(file, OPAQUE[0]);
    const kubeConfig = kept();
    kubeConfig.loadFromString(world.kubeconfig({ [key]: file }));
    await list(library, kubeConfig);
    put(file, OPAQUE[1], OPAQUE[0]);
    expect(await list(library, kubeConfig)).toHaveLength(1);
    expect(world.server.journal.last?.user).toBe(OPAQUE[1]);
  });

  test('a relative tokenFile lies beside the kubeconfig', async () => {
    put(join(directory, 'token'), OPAQUE[0]);
    writeFileSync(join(directory, 'config'), world.kubeconfig({ tokenFile: 'token' }));
    const kubeConfig = kept();
    kubeConfig.loadFromFile(join(directory, 'config'));
    expect(await list(library, kubeConfig)).toHaveLength(1);
  });

  test('KUBECONFIG with several files: the users of all keep their token files', async () => {
    put(join(directory, 'token'), OPAQUE[0]);
    writeFileSync(join(directory, 'first'), JSON.stringify({ clusters: [], users: [], contexts: [] }));
    writeFileSync(join(directory, 'second'), world.kubeconfig({ tokenFile: 'token' }));
    process.env['KUBECONFIG'] = ['first', 'second'].map((name) => join(directory, name)).join(delimiter);
    const kubeConfig = kept();
    kubeConfig.loadFromDefault();
    expect(await list(library, kubeConfig)).toHaveLength(1);
  });

  test('two users with two token files: each sends his own', async () => {
    for (const token of OPAQUE) put(join(directory, token), token);
    const kubeConfig = kept();
    kubeConfig.loadFromString(
      JSON.stringify({
        clusters: [
          { name: 'c', cluster: { server: world.server.origin, 'certificate-authority': world.volume.caFile } },
        ],
        users: OPAQUE.map((name) => ({ name, user: { tokenFile: join(directory, name) } })),
        contexts: OPAQUE.map((name) => ({ name, context: { cluster: 'c', user: name } })),
        'current-context': OPAQUE[0],
      }),
    );
    for (const name of [...OPAQUE, ...OPAQUE]) {
      kubeConfig.setCurrentContext(name);
      await list(library, kubeConfig);
      expect(world.server.journal.last?.user).toBe(name);
    }
  });

  test('a token file that is missing at start: requests wait for it', async () => {
    const file = join(directory, 'token');
    const kubeConfig = kept();
    kubeConfig.loadFromString(world.kubeconfig({ 'token-file': file }));
    const listed = list(library, kubeConfig);
    put(file, OPAQUE[0]);
    expect(await listed).toHaveLength(1);
  });

  test('one that stays missing: an error with its path, after startupWait', async () => {
    const kubeConfig = kept({ startupWait: 30 });
    kubeConfig.loadFromString(world.kubeconfig({ tokenFile: join(directory, 'token') }));
    await expect(list(library, kubeConfig)).rejects.toMatchObject({
      code: 'ERR_KUBEFRESH_CREDENTIAL_UNAVAILABLE',
      message: expect.stringContaining(join(directory, 'token')),
    });
    expect(world.server.journal.length).toBe(0);
  });

  test('a token beside tokenFile loses, beside token-file wins', async () => {
    const kubeConfig = kept();
    kubeConfig.loadFromString(world.kubeconfig({ token: 'fixed', tokenFile: '/somewhere' }));
    expect(await keepFresh(kubeConfig).source()).toBeDefined();
    const other = kept();
    other.loadFromString(world.kubeconfig({ token: 'fixed', 'token-file': '/somewhere' }));
    expect(await keepFresh(other).source()).toBeUndefined();
  });

  test('a broken kubeconfig: the client says so in its own words', () => {
    const words = (kubeConfig: InstanceType<Library['KubeConfig']>) => {
      try {
        return kubeConfig.loadFromString('users: [{ user: { tokenFile: "x" }');
      } catch (error) {
        return String(error);
      }
    };
    expect(words(kept())).toBe(words(new library.KubeConfig()));
  });
});
