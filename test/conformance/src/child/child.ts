import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { MintedToken, ProjectedVolume, TestApiServer } from '@kubefresh/testing';
import type { Driver } from '../driver.ts';
import { Reports } from '../reports.ts';
import { environmentOf } from '../stage.ts';
import { within } from '../within.ts';
import type { Message, Task } from './messages.ts';

/** How a child is started. */
export interface ChildOptions extends Pick<SpawnOptions, 'env' | 'uid' | 'gid'> {
  /** The program and arguments before `node`: `['unshare', '-Ur']`. */
  readonly under?: readonly string[];
  /** How many times faster its timers run; less than one makes them slower. Default: they are Node's own. */
  readonly haste?: number;
}

interface Setting {
  readonly driver: Driver;
  readonly server: TestApiServer;
  readonly volume: ProjectedVolume;
  readonly token: MintedToken;
}

interface Answer {
  resolve(): void;
  reject(error: Error): void;
}

/** Where children keep what Node has made of the sources: dozens of them load the same ones. */
const COMPILED = join(import.meta.dirname, '..', '..', '.cache', 'compiled');
/** Anything takes milliseconds. */
const BOUND = 10_000;
/** A start takes half a second, and many times that where a dozen programs want the same two cores. */
const START_BOUND = 20_000;
/** A stock client says nothing, ms. */
const STOCK_BOUND = 300;

/** A program that uses one client, and does what it is asked for; see `program.ts`. */
export class Child implements AsyncDisposable {
  readonly volume: ProjectedVolume;
  readonly #setting: Setting;
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #reports = new Reports();
  readonly #seen = new Set<string>();
  /** Of each token that it has found, what set off the look. */
  readonly #renewals = new Map<string, string>();
  readonly #answers = new Map<number, Answer>();
  #look = (): void => {};
  #lookForRenewal = (): void => {};
  #asked = 0;
  #token: MintedToken;

  private constructor(setting: Setting, process: ChildProcess) {
    this.volume = setting.volume;
    this.#setting = setting;
    this.#token = setting.token;
    this.#process = process;
    this.#exited = once(process, 'exit');
    process.on('message', (message: Message) => this.#hear(message));
    process.on('exit', (code, signal) => {
      for (const { reject } of this.#answers.values()) reject(new Error(`the program ended: ${code ?? signal}`));
    });
  }

  static async start(setting: Setting, { under = [], haste, env, uid, gid }: ChildOptions): Promise<Child> {
    const script = (name: string) => join(import.meta.dirname, name);
    const [command = '', ...args] = [
      ...under,
      process.execPath,
      '--conditions=kubefresh-source',
      `--import=${script('time.ts')}`,
      script('program.ts'),
      setting.driver.id,
    ];
    const child = new Child(
      setting,
      spawn(command, args, {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        // NODE_OPTIONS of the test runner are its own.
        env: {
          ...process.env,
          NODE_OPTIONS: '',
          NODE_COMPILE_CACHE: COMPILED,
          ...(haste !== undefined && { HASTE: String(haste) }),
          ...env,
        },
        ...(uid !== undefined && { uid }),
        ...(gid !== undefined && { gid }),
      }),
    );
    let complaint = '';
    child.#process.stderr?.on('data', (data) => {
      complaint += data;
    });
    await child.#answered(0, START_BOUND).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${complaint}`);
    });
    return child;
  }

  connect(): Promise<void> {
    const { server, volume } = this.#setting;
    const { root, tokenFile, caFile } = volume;
    const world = {
      server: { origin: server.origin },
      volume: { root, tokenFile, caFile },
      env: environmentOf(server),
      kind: 'in-cluster',
    } as const;
    return this.#ask({ do: 'connect', world });
  }

  /** Lists the pods; once more where the client leaves that to its caller. */
  async list(): Promise<void> {
    try {
      await this.#ask({ do: 'list' });
    } catch (error) {
      if (this.#setting.driver.resends !== false || Object(error).status !== 401) throw error;
      await this.#ask({ do: 'list' });
    }
  }

  watch(): Promise<void> {
    return this.#ask({ do: 'watch' });
  }

  /** Follows the log of this pod. */
  follow(pod: string): Promise<void> {
    return this.#ask({ do: 'follow', pod });
  }

  /** Lets it, and all else in its user namespace, have so many inotify instances. */
  limitInotify(instances: number): Promise<void> {
    return this.#ask({ do: 'limitInotify', instances });
  }

  /** Waits until it watches a file. */
  awaitWatcher(): Promise<void> {
    return this.#ask({ do: 'awaitWatcher' });
  }

  /** Ends its client; resolves when that says it has. */
  close(): Promise<void> {
    return this.#ask({ do: 'close' });
  }

  /** Lets its wall clock jump, ms. */
  jump(ms: number): Promise<void> {
    return this.#ask({ do: 'jump', jump: ms });
  }

  /** Lets its timers run so many times as fast from now on, where it was started with a haste; those that run already stay. */
  hurry(haste: number): Promise<void> {
    return this.#ask({ do: 'hurry', haste });
  }

  /** What set off the look that found this token, once one has. */
  async renewedBy(jti: string): Promise<string> {
    const renewal = new Promise<string>((resolve) => {
      this.#lookForRenewal = () => {
        const reason = this.#renewals.get(jti);
        if (reason !== undefined) resolve(reason);
      };
      this.#lookForRenewal();
    });
    return within(BOUND, 'the new token was not found', renewal);
  }

  /** Lets its event loop stand still, ms. */
  block(ms: number): Promise<void> {
    return this.#ask({ do: 'block', ms });
  }

  /** Leaves it without anything to do; resolves when it has exited. */
  async leave(): Promise<void> {
    await this.#ask({ do: 'leave' });
    await this.#exited;
  }

  /** Lets real time pass, ms: in which nothing is to happen, so that there is no event to wait for. */
  async sleep(ms: number): Promise<void> {
    await setTimeout(ms);
  }

  /** Waits until its watch has seen this pod, or the log that it follows this line. */
  async seen(name: string): Promise<void> {
    const sight = new Promise<void>((resolve) => {
      this.#look = () => this.#seen.has(name) && resolve();
      this.#look();
    });
    await within(BOUND, `${name} was not seen`, sight);
  }

  /** What its operator was told about the volume. */
  said(): readonly string[] {
    return this.#reports.about(this.volume.root);
  }

  /** Waits until its operator is told this about the volume, after the first `skip` reports. */
  async reported(what: RegExp, skip = 0): Promise<void> {
    const bound = this.#setting.driver.flavour === 'stock' ? STOCK_BOUND : BOUND;
    await within(bound, `no report of ${what}`, this.#reports.said(this.volume.root, what, skip));
  }

  /** A new token in the volume; the one of before is refused from now on, unless `keepOld`. */
  async rotate({ keepOld = false } = {}): Promise<MintedToken> {
    const { server } = this.#setting;
    const old = this.#token;
    this.#token = await server.mint();
    this.volume.write({ token: this.#token });
    if (!keepOld) server.revoke(old);
    return this.#token;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A program that did not end by itself is not to be waited for.
    this.#process.kill('SIGKILL');
    await this.#exited;
  }

  async #ask(task: Task): Promise<void> {
    this.#asked += 1;
    const id = this.#asked;
    this.#process.send({ ...task, id });
    await this.#answered(id);
  }

  #answered(id: number, bound = BOUND): Promise<void> {
    const answer = new Promise<void>((resolve, reject) => this.#answers.set(id, { resolve, reject }));
    return within(bound, 'no answer of the program', answer);
  }

  #hear(message: Message): void {
    switch (message.type) {
      case 'report':
        this.#reports.add(message.report);
        return;
      case 'renewed':
        this.#renewals.set(message.jti, message.reason);
        this.#lookForRenewal();
        return;
      case 'seen':
        this.#seen.add(message.name);
        this.#look();
        return;
      case 'answer': {
        const { id, error, status } = message;
        const answer = this.#answers.get(id);
        if (error === undefined) answer?.resolve();
        else answer?.reject(Object.assign(new Error(error), { status }));
        this.#answers.delete(id);
      }
    }
  }
}
