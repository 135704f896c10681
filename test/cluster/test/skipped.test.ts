import { execFile } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const VITEST = join(createRequire(import.meta.url).resolve('vitest/package.json'), '../vitest.mjs');
const SUITE = join(import.meta.dirname, '..');
/** A suite on each profile; which one makes no difference. */
const FILES = ['test/evidence.test.ts', 'test/image.test.ts'];
const GO = /etcd, kube-apiserver must be built first: Go is not installed \(https:\/\/go.dev\/dl/;

const scratch = mkdtempSync(join(tmpdir(), 'kubefresh-skipped-'));
// One of the runs is another user's.
chmodSync(scratch, 0o755);
afterAll(() => rmSync(scratch, { recursive: true }));

/** The PATH of this process as one directory, without a tool, wherever that lies. */
function pathWithout(tool: string): string {
  const directory = mkdtempSync(join(scratch, 'path-'));
  chmodSync(directory, 0o755);
  for (const each of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names(each)) {
      try {
        if (name !== tool) symlinkSync(realpathSync(join(each, name)), join(directory, name));
      } catch {
        // A link to nowhere; or, of two of the same name, the first counts, as in any PATH.
      }
    }
  }
  return directory;
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** How a test run is started, beside what all have in common: nothing in the cache of programs, and no Go to build them. */
interface Machine {
  readonly ci?: 'true';
  readonly uid?: number;
  /** A program in whose place there is none. */
  readonly hidden?: string;
}

/** What a test run on such a machine says, and how it ends. */
async function run({ ci, uid, hidden }: Machine): Promise<{ code: number; output: string }> {
  const { KUBEBUILDER_ASSETS: _, ...inherited } = process.env;
  const home = mkdtempSync(join(scratch, 'home-'));
  if (uid !== undefined) chownSync(home, uid, 0);
  const directories = { HOME: home, XDG_DATA_HOME: home, KUBEFRESH_CACHE: join(home, 'empty') };
  const env = { ...inherited, ...directories, CI: ci ?? '', NO_COLOR: '1', PATH: pathWithout('go') };
  // The loader is one that writes nothing beside the configuration: that is not another user's to do.
  const vitest = [process.execPath, VITEST, 'run', '--configLoader=runner', ...FILES];
  // For this run alone, by mounts of its own.
  const hiding = ['unshare', '--mount', 'sh', '-c', 'mount --bind /dev/null "$0" && exec "$@"', hidden ?? ''];
  const [file = '', ...args] = hidden === undefined ? vitest : [...hiding, ...vitest];
  return new Promise((resolve) => {
    execFile(file, args, { cwd: SUITE, env, ...(uid === undefined ? {} : { uid }) }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr });
    });
  });
}

const isRoot = process.getuid?.() === 0;
const runc = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  .map((directory) => join(directory, 'runc'))
  .find((path) => existsSync(path));

describe.runIf(process.platform === 'linux')('a test run on a machine that lacks something', () => {
  const missing: readonly (Machine & { title: string; light: RegExp; node: RegExp; here: boolean })[] = [
    { title: 'Go', light: GO, node: /must be built first: Go is not installed/, here: isRoot && runc !== undefined },
    { title: 'Go and root', light: GO, node: /needs root/, uid: 65_534, here: isRoot },
    {
      title: 'Go and runc',
      light: GO,
      node: /runc is not installed \(apt-get install runc\)/,
      hidden: runc ?? '',
      here: isRoot && runc !== undefined,
    },
  ];
  test.for(missing.filter(({ here }) => here))(
    'without $title: it says what it leaves out and why, and passes; under CI=true it fails',
    async ({ light, node, ...machine }) => {
      const { code, output } = await run(machine);
      expect(output).toMatch(new RegExp(`without the light profile: .*${light.source}`));
      expect(output).toMatch(new RegExp(`without the node profile: .*${node.source}`));
      expect(output).toMatch(/Tests +\d+ skipped \(/);
      expect(code).toBe(0);
      const strict = await run({ ...machine, ci: 'true' });
      expect(strict.output).toMatch(light);
      expect(strict.output).toMatch(/Test Files +2 failed/);
      expect(strict.code).toBe(1);
    },
  );
});
