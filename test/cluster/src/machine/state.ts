import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '../profile.ts';
import { identify, isAlive, type ProcessIdentity, self } from './identity.ts';

/** One program of a running cluster, as `status` shows it. */
export interface ComponentState {
  readonly name: string;
  readonly process: ProcessIdentity;
  /** From its start until it answered, ms. */
  readonly readyAfterMs?: number;
}

/** What is written about a running cluster, for other processes: `status`, `down`, and cleaning up after a crash. */
export interface ClusterState {
  readonly id: string;
  readonly profile: Profile;
  /** Whether a test or `pnpm cluster up` started it; `down` leaves the tests' alone. */
  readonly startedBy: 'test' | 'cli';
  /** The process that started the cluster. When it is gone, the cluster is a leftover. */
  readonly owner: ProcessIdentity;
  /** When the start began, ms since the epoch. */
  readonly startedAt: number;
  /** From nothing to usable, ms; undefined while it starts. */
  readonly readyAfterMs?: number;
  readonly server?: string;
  readonly components: readonly ComponentState[];
}

/**
 * Holds the directories of all clusters of this user; `KUBEFRESH_STATE` names another. In /tmp whatever TMPDIR says: the
 * path of a Unix socket ends at 107 bytes.
 */
export const STATE_ROOT = process.env['KUBEFRESH_STATE'] || `/tmp/kubefresh-cluster-${process.getuid?.() ?? 0}`;

/** The directory that holds all files of one cluster. */
export class StateDirectory {
  readonly id: string;
  readonly path: string;

  constructor(id: string) {
    this.id = id;
    this.path = join(STATE_ROOT, id);
  }

  /** Makes the directory of a new cluster, private to the user: it holds keys. */
  static create(profile: Profile, startedBy: ClusterState['startedBy']): StateDirectory {
    // The pid in the name tells the owner even where it was killed before it wrote the state.
    const directory = new StateDirectory(`${process.pid}-${randomBytes(3).toString('hex')}`);
    mkdirSync(directory.path, { recursive: true, mode: 0o700 });
    const { id } = directory;
    directory.writeState({ id, profile, startedBy, owner: self(), startedAt: Date.now(), components: [] });
    return directory;
  }

  /** Whether the process that started the cluster is gone. */
  get abandoned(): boolean {
    const owner = this.readState()?.owner;
    return owner === undefined ? identify(Number.parseInt(this.id, 10)) === undefined : !isAlive(owner);
  }

  /** Absolute path of a file in it. */
  file(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** Writes a file that only the owner reads, whole or not at all, and returns its path. */
  write(name: string, content: string): string {
    const path = this.file(name);
    writeFileSync(`${path}.new`, content, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    return path;
  }

  /** What the owner wrote last; undefined if it was killed before it wrote anything. */
  readState(): ClusterState | undefined {
    try {
      return JSON.parse(readFileSync(this.file('state.json'), 'utf8')) as ClusterState;
    } catch {
      return undefined;
    }
  }

  /** Changes some members of the state. */
  updateState(change: Partial<ClusterState>): void {
    const state = this.readState();
    if (state !== undefined) this.writeState({ ...state, ...change });
  }

  /** Adds a program, or replaces the one of the same name after a restart. */
  recordComponent(component: ComponentState): void {
    const others = (this.readState()?.components ?? []).filter(({ name }) => name !== component.name);
    this.updateState({ components: [...others, component] });
  }

  private writeState(state: ClusterState): void {
    this.write('state.json', JSON.stringify(state, undefined, 2));
  }
}

/** The directories of all clusters of this user, running or left behind. */
export async function listStateDirectories(): Promise<StateDirectory[]> {
  const names = await readdir(STATE_ROOT).catch(() => []);
  return names.map((name) => new StateDirectory(name));
}
