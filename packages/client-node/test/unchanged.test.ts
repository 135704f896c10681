import { keepFresh } from '@kubefresh/client-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Library, list, majors, World } from './support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.create();
});
afterEach(() => world[Symbol.asyncDispose]());

type KubeConfig = InstanceType<Library['KubeConfig']>;

describe.each(majors)('client-node $version', ({ library }) => {
  /** One that is kept fresh, and one as it comes. */
  function pair(load: (kubeConfig: KubeConfig) => void): [KubeConfig, KubeConfig] {
    const [kept, stock] = [new library.KubeConfig(), new library.KubeConfig()];
    keepFresh(kept);
    for (const kubeConfig of [kept, stock]) load(kubeConfig);
    return [kept, stock];
  }

  test.each([
    ['a token', { token: 'abc' }],
    ['a password', { username: 'me', password: 'secret' }],
    ['a client certificate', { 'client-certificate-data': 'YQ==', 'client-key-data': 'Yg==' }],
    ['impersonation', { token: 'abc', as: 'somebody' }],
    ['nothing', {}],
  ])('a user with %s is left as he was', async (_, user) => {
    const [kept, stock] = pair((kubeConfig) => kubeConfig.loadFromString(world.kubeconfig(user)));
    expect(kept.getUsers()).toEqual(stock.getUsers());
    expect(kept.exportConfig()).toBe(stock.exportConfig());
    const options = [kept, stock].map(async (kubeConfig) => {
      const filled: Record<string, unknown> = {};
      await kubeConfig.applyToHTTPSOptions(filled);
      const { agent, ...rest } = filled;
      return { ...rest, agent: agent?.constructor.name };
    });
    expect(await options[0]).toEqual(await options[1]);
    const headers = [kept, stock].map(async (kubeConfig) => {
      const set: Record<string, unknown> = {};
      const calls: string[] = [];
      const context = {
        setHeaderParam: (name: string, value: string) => Object.assign(set, { [name]: value }),
        setDispatcher: (value: object) => calls.push(`dispatcher ${value.constructor.name}`),
        setAgent: (value: object) => calls.push(`agent ${value.constructor.name}`),
      };
      await kubeConfig.applySecurityAuthentication(context as never);
      return { set, calls };
    });
    expect(await headers[0]).toEqual(await headers[1]);
    expect(await keepFresh(kept).source()).toBeUndefined();
  });

  test('an authenticator of the caller is asked as before', async () => {
    const [kept] = pair((kubeConfig) => {
      kubeConfig.addAuthenticator({
        isAuthProvider: (user) => user.name === 'u',
        applyAuthentication: async (_, options) => {
          options.headers = { ...options.headers, Authorization: `Bearer ${world.token.token}` };
        },
      });
      kubeConfig.loadFromString(world.kubeconfig({}));
    });
    await list(library, kept);
    expect(world.server.journal.last).toMatchObject({ jti: world.token.jti, status: 200 });
  });

  test.each([
    ['no context', (kubeConfig: KubeConfig) => kubeConfig.setCurrentContext('none')],
    ['no cluster', (kubeConfig: KubeConfig) => Object.assign(kubeConfig, { clusters: [] })],
  ])('%s: the client says so in its own words', async (_, spoil) => {
    const [kept, stock] = pair((kubeConfig) => {
      kubeConfig.loadFromCluster(world.volume.root);
      spoil(kubeConfig);
    });
    const words = async (kubeConfig: KubeConfig) => {
      const api = new library.Watch(kubeConfig).watch(
        '/api/v1/pods',
        {},
        () => {},
        () => {},
      );
      return [
        String(await api.catch((error: unknown) => error)),
        attempt(() => kubeConfig.makeApiClient(library.CoreV1Api)),
      ];
    };
    expect(await words(kept)).toEqual(await words(stock));
  });

  test('what a cluster exports and what copies hold', async () => {
    const [kept, stock] = pair((kubeConfig) => kubeConfig.loadFromCluster(world.volume.root));
    expect(kept.exportConfig()).toBe(stock.exportConfig());
    expect(Object.keys(kept)).toEqual(Object.keys(stock));
    expect(kept.getContextObject(kept.getCurrentContext())).toEqual(stock.getContextObject(stock.getCurrentContext()));
    const clone = new library.KubeConfig();
    keepFresh(clone);
    clone.loadFromOptions({
      clusters: kept.clusters,
      users: kept.users,
      contexts: kept.contexts,
      currentContext: kept.currentContext,
    });
    await list(library, clone);
    await world.rotate();
    expect(await list(library, clone)).toHaveLength(1);
  });
});

function attempt(action: () => unknown): string {
  try {
    return String(action());
  } catch (error) {
    return String(error);
  }
}
