import { keepFresh } from '@kubefresh/client-node';
import { createProjectedVolume } from '@kubefresh/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TestPlugin } from './support/plugin.ts';
import { majors, World } from './support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.create();
});
afterEach(() => world[Symbol.asyncDispose]());

/** One cluster, and a context for each user, of his name. */
function kubeconfigOf(users: Record<string, object>): string {
  const names = Object.keys(users);
  return JSON.stringify({
    ...JSON.parse(world.kubeconfig({})),
    users: names.map((name) => ({ name, user: users[name] })),
    contexts: names.map((name) => ({ name, context: { cluster: 'c', user: name } })),
    'current-context': names[0],
  });
}

describe.each(majors)('client-node $version', ({ library }) => {
  test('calls of several contexts in one turn: each has the credential of its own', async () => {
    const [one, two] = [await world.server.mint(), await world.server.mint()];
    using file = createProjectedVolume({ files: { token: two } });
    const kubeConfig = new library.KubeConfig();
    keepFresh(kubeConfig);
    const static_ = { one: { token: one.token }, other: { token: world.token.token } };
    kubeConfig.loadFromString(kubeconfigOf({ ...static_, two: { tokenFile: file.tokenFile }, none: {} }));
    const calls = ['one', 'two', 'other'].map((name) => {
      kubeConfig.setCurrentContext(name);
      return kubeConfig.makeApiClient(library.CoreV1Api).listNamespacedPod({ namespace: name });
    });
    kubeConfig.setCurrentContext('none');
    await Promise.all(calls);
    const sent = world.server.journal.entries.map(({ path, jti }) => [path.split('/').at(-2), jti]);
    expect(Object.fromEntries(sent)).toEqual({ one: one.jti, two: two.jti, other: world.token.jti });
  });

  test('a switch while a plugin runs: nothing of the other user is filled in', async () => {
    using plugin = new TestPlugin();
    plugin.answer({ token: world.token.token });
    const kubeConfig = new library.KubeConfig();
    keepFresh(kubeConfig);
    const certificate = { 'client-certificate-data': 'YQ==', 'client-key-data': 'Yg==' };
    kubeConfig.loadFromString(
      kubeconfigOf({ slow: { exec: plugin.config() }, other: { as: 'admin', ...certificate } }),
    );
    const options: Record<string, unknown> = {};
    const filled = kubeConfig.applyToHTTPSOptions(options);
    kubeConfig.setCurrentContext('other');
    await filled;
    expect(options).toMatchObject({ headers: { Authorization: `Bearer ${world.token.token}` } });
    expect(options).not.toHaveProperty('headers.Impersonate-User');
    expect(options).not.toHaveProperty('cert');
  });
});
