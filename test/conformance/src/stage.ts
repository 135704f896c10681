import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  createProjectedVolume,
  type MintedToken,
  type ProjectedVolume,
  type TestApiServer,
  type VolumeOptions,
} from '@kubefresh/testing';
import type { Client, Driver, Path, World } from './driver.ts';
import { hearReports, Reports } from './reports.ts';
import { statusOf } from './status.ts';
import { within } from './within.ts';

/** The pod that is there from the start. */
export const POD = 'web';
/** What its log says. */
export const LOG = 'ready';

/** How a stage is set. */
export interface StageOptions {
  readonly kind?: World['kind'];
  /** Leave the volume without a token. */
  readonly early?: boolean;
  /** The first token. */
  readonly token?: MintedToken | string;
  readonly volume?: VolumeOptions;
  /** The kubelet has swapped the volume once more before the client comes. */
  readonly swapped?: boolean;
  readonly http2?: boolean;
  readonly fallback?: boolean;
  readonly maxReplayBytes?: number;
}

/** How long an operator's report is waited for, ms: it comes within a few milliseconds, and from a stock client never. */
const REPORTED_WITHIN = { kubefresh: 10_000, stock: 200 };

/** It takes a client a few milliseconds to find that there is no token, ms. */
const FOUND_WITHIN = 100;

/** Between two of many requests, ms: the age at which a look is made again. */
const PAUSE = 10;

/** How {@link Stage.rotate} rotates. */
interface RotateOptions {
  readonly keepOld?: boolean;
  /** What the file holds, given the token. */
  readonly wrap?: (token: string) => string;
}

/** A volume of its own, a client on it, and the server that all cases of one driver share. */
export class Stage implements AsyncDisposable {
  readonly server: TestApiServer;
  readonly volume: ProjectedVolume;
  readonly driver: Driver;
  readonly client: Client;
  /** The journal's length when the curtain rose: all after it is this client's doing. */
  readonly start: number;
  readonly #reports: Reports;
  readonly #stopHearing: () => void;
  #token: MintedToken | string;

  private constructor(
    driver: Driver,
    { server, volume }: Pick<Stage, 'server' | 'volume'>,
    client: Client,
    token: MintedToken | string,
    hearing: { reports: Reports; stop: () => void },
  ) {
    this.driver = driver;
    this.server = server;
    this.volume = volume;
    this.client = client;
    this.start = server.journal.length;
    this.#token = token;
    this.#reports = hearing.reports;
    this.#stopHearing = hearing.stop;
  }

  static async set(driver: Driver, server: TestApiServer, options: StageOptions = {}): Promise<Stage> {
    const token = options.token ?? (await server.mint());
    const volume = createProjectedVolume(options.volume);
    if (!options.early) volume.write({ token, 'ca.crt': server.caBundle, namespace: 'default' });
    if (options.swapped) volume.write({ token: await server.mint() });
    const reports = new Reports();
    const stop = hearReports((report) => reports.add(report));
    try {
      const client = await connect(driver, server, volume, options);
      return new Stage(driver, { server, volume }, client, token, { reports, stop });
    } catch (error) {
      stop();
      throw error;
    }
  }

  /** What the operator was told about the volume. */
  said(): readonly string[] {
    return this.#reports.about(this.volume.root);
  }

  /** Waits until the operator is told this about the volume, by a warning or by what is published; after `skip` reports. */
  async reported(what: RegExp, skip = 0): Promise<void> {
    const report = this.#reports.said(this.volume.root, what, skip);
    await within(REPORTED_WITHIN[this.driver.flavour], `no report of ${what}`, report);
  }

  /** The same of a client with kubefresh; the row is about what a stock client does, which has nothing of this to say. */
  async reportedByUs(what: RegExp, skip = 0): Promise<void> {
    if (this.driver.flavour === 'kubefresh') await this.reported(what, skip);
  }

  /** Waits until a call that has begun waits for the first token: after it was looked for. Of the waiting itself nobody tells. */
  async untilItWaits(): Promise<void> {
    await this.reportedByUs(/kubefresh:fault/);
    await setTimeout(FOUND_WITHIN);
  }

  /** The requests so far. */
  get requests() {
    return this.server.journal.filter(() => true, this.start);
  }

  /** Another client of the same driver on the same volume; whoever asks for it ends it. */
  async another(): Promise<Client> {
    return connect(this.driver, this.server, this.volume);
  }

  /** A new token in the volume; the one of before is refused from now on, unless `keepOld`. */
  async rotate({ keepOld = false, wrap = (token) => token }: RotateOptions = {}): Promise<MintedToken> {
    const old = this.#token;
    const token = await this.server.mint();
    this.#token = token;
    this.volume.write({ 'ca.crt': this.server.caBundle, namespace: 'default', token: wrap(token.token) });
    if (!keepOld && typeof old !== 'string') this.server.revoke(old);
    return token;
  }

  /** Does what the path is there for, once, and checks that it was done. */
  async perform(path: Path, client: Client = this.client): Promise<void> {
    await this.attempt(() => this.#perform(path, client));
  }

  /** Does what the path is there for again and again, until this has come; rejects where it fails. */
  async performUntil(event: Promise<unknown>, path: Path): Promise<void> {
    let waiting = true;
    const end = () => {
      waiting = false;
    };
    event.then(end, end);
    while (waiting) {
      await this.perform(path);
      await setTimeout(PAUSE);
    }
    await event;
  }

  /** Does something, and once more where the client leaves that to its caller. */
  async attempt<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      if (this.driver.resends !== false || !isCurable(error)) throw error;
      return await operation();
    }
  }

  async #perform(path: Path, client: Client): Promise<void> {
    switch (path) {
      case 'call':
        return assert.equal(await op(client, 'call')(POD), POD);
      case 'list':
        return assert.ok((await op(client, 'list')()).includes(POD), 'the pod is not in the list');
      case 'log':
        return assert.equal((await op(client, 'log')(POD)).trim(), LOG);
      case 'exec':
        return assert.equal((await op(client, 'exec')(POD, ['echo', 'hello'])).trim(), 'echo hello');
      case 'create':
        return this.#create(client);
      case 'watch':
        return this.#watch(client);
    }
  }

  /** Something that the server refuses with this status, which has to reach the caller. */
  async assertRefused(status: number, operation: Promise<unknown>): Promise<void> {
    const error = await operation.then(
      () => assert.fail(`it succeeded, where status ${status} was to reach the caller`),
      (reason: unknown) => reason,
    );
    assert.equal(
      this.requests.at(-1)?.status,
      status,
      `the server's last word; the caller got: ${asError(error).message}`,
    );
    // Some clients keep the status to themselves.
    assert.equal(statusOf(error) ?? status, status, `the caller got: ${asError(error).message}`);
  }

  /** Four at once: more than one connection can carry, so that new ones are made. */
  async performMany(path: Path): Promise<void> {
    await Promise.all(Array.from({ length: 4 }, () => this.perform(path)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.faults.clear();
    this.#stopHearing();
    await this.client[Symbol.asyncDispose]();
    this.volume[Symbol.dispose]();
  }

  async #create(client: Client): Promise<void> {
    const name = `pod-${randomUUID()}`;
    await op(client, 'create')(name);
    const pod = podNamed(name);
    assert.ok(this.server.objects.get(pod), 'the pod was not created');
    this.server.objects.delete(pod);
  }

  async #watch(client: Client): Promise<void> {
    let seen = (_: unknown): void => {};
    const sight = new Promise((resolve) => {
      seen = resolve;
    });
    const watching = await op(client, 'watch')((name) => name === POD && seen(name));
    try {
      await within(
        10_000,
        'the pod was not seen',
        Promise.race([sight, watching.ended.then((reason) => Promise.reject(asError(reason)))]),
      );
    } finally {
      watching.stop();
    }
  }
}

async function connect(
  driver: Driver,
  server: TestApiServer,
  volume: ProjectedVolume,
  options: Pick<StageOptions, 'kind' | 'http2' | 'fallback' | 'maxReplayBytes'> = {},
): Promise<Client> {
  const { kind = 'in-cluster', ...others } = options;
  const env = environmentOf(server);
  Object.assign(process.env, env);
  // After the stage's own options, of which there is a `volume` too.
  return driver.connect({ ...others, server, volume, env, kind });
}

/** What the kubelet would set for a program that is to find this server. */
export function environmentOf(server: TestApiServer): World['env'] {
  return { KUBERNETES_SERVICE_HOST: server.host, KUBERNETES_SERVICE_PORT: String(server.port) };
}

/** An operation that the driver's `paths` promise. */
export function op<Name extends keyof Client>(client: Client, name: Name): NonNullable<Client[Name]> {
  const operation = client[name];
  assert.ok(operation, `the driver has no operation ${String(name)}`);
  return operation;
}

/** A pod of this name, as the server's store takes it. */
export function podNamed(name: string) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' } };
}

/** Whether the next request will do better: by another token, or another CA. */
function isCurable(error: unknown): boolean {
  return statusOf(error) === 401 || (error instanceof Error && error.message.includes('is not signed by'));
}

/** Whatever a client rejects with, as an error. */
export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(`ended: ${String(reason)}`);
}
