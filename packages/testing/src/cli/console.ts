import type { Writable } from 'node:stream';
import type { TestCluster } from '../cluster/test-cluster.ts';
import { faultTable, type PlayedFault, playFault } from '../fault-table/play.ts';
import { describeEntry } from '../journal/describe.ts';

const HELP = 'rotate | fault NAME [VARIANT] | stop | faults | journal | quit\n';
const SHOWN = 20;

/** What can be typed while `serve` runs. */
export class Console {
  readonly #cluster: TestCluster;
  readonly #output: Writable;
  #played: PlayedFault[] = [];

  constructor(cluster: TestCluster, output: Writable) {
    this.#cluster = cluster;
    this.#output = output;
  }

  /** Does what a line says; false if that was to quit. */
  async run(line: string): Promise<boolean> {
    const [command = '', ...args] = line.trim().split(/\s+/);
    if (command === 'quit' || command === 'exit') return false;
    try {
      this.#output.write(await this.#answer(command, args));
    } catch (error) {
      this.#output.write(`${error instanceof Error ? error.message : String(error)}\n`);
    }
    return true;
  }

  async #answer(command: string, args: readonly string[]): Promise<string> {
    switch (command) {
      case '':
        return '';
      case 'rotate':
        return `rotated: ${(await this.#cluster.kubelet.rotate()).jti}\n`;
      case 'fault':
        return this.play(args[0], args[1]);
      case 'stop':
        for (const played of this.#played.splice(0)) await played.stop();
        return 'all faults are off\n';
      case 'faults':
        return faultTable.map(({ id, name, title }) => `${id.padEnd(4)}${name.padEnd(24)}${title}\n`).join('');
      case 'journal':
        return this.#cluster.server.journal.entries
          .slice(-SHOWN)
          .map((entry) => `${describeEntry(entry)}\n`)
          .join('');
      default:
        return HELP;
    }
  }

  /** Plays a fault, and says which. @throws {TestingError} for a name or variant that is not in the table */
  play(name = '', variant?: string): string {
    const played = playFault(this.#cluster, name, variant === undefined ? {} : { variant });
    this.#played.push(played);
    return `playing ${played.fault.id} ${played.fault.name}: ${played.fault.title}\n`;
  }
}
