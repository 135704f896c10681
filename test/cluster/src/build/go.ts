import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { ClusterError, ClusterUnavailableError } from '../unavailable.ts';
import { GO_MODULE, moduleVersion } from './cache.ts';

const run = promisify(execFile);

/** How often a build says how far it is. */
const REPORT_MS = 10_000;

/** Why Go cannot build the cluster here, or undefined if it can. */
export async function goUnavailable(): Promise<string | undefined> {
  try {
    const { stdout } = await run('go', ['env', 'GOVERSION', 'GOTOOLCHAIN'], { cwd: GO_MODULE });
    return stdout.startsWith('go1.') ? undefined : `"go env GOVERSION" printed ${JSON.stringify(stdout.trim())}`;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') return 'Go is not installed (https://go.dev/dl; 1.21 or later fetches the version it needs)';
    return `Go does not accept ${GO_MODULE}/go.mod: ${stderr?.trim() ?? String(error)}`;
  }
}

/**
 * Compiles one main package of the pinned modules.
 *
 * @param onProgress now and then how many packages are compiled, at the end how long it took
 */
export async function goBuild(mainPackage: string, output: string, onProgress: (text: string) => void): Promise<void> {
  const unavailable = await goUnavailable();
  if (unavailable !== undefined) throw new ClusterUnavailableError(unavailable);
  const started = Date.now();
  // -v prints each package as it is compiled; those in Go's own cache are not printed.
  const args = ['build', '-v', '-trimpath', '-ldflags', linkerFlags(), '-o', output, mainPackage];
  // --pdeathsig: a test run that is killed does not leave a compiler at work for minutes.
  const go = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'go', ...args], {
    cwd: GO_MODULE,
    // Static programs: they also run in a container or on a machine with another libc.
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let compiled = 0;
  const complaints: string[] = [];
  const reader = createInterface({ input: go.stderr }).on('line', (line) => {
    if (line.startsWith('go: downloading ')) return;
    if (/^[\w.~/-]+$/.test(line)) compiled += 1;
    else complaints.push(line);
  });
  const timer = setInterval(() => onProgress(`${compiled} packages compiled, ${seconds(started)} s`), REPORT_MS);
  try {
    const code = await new Promise<number | null>((resolve, reject) => go.on('error', reject).on('close', resolve));
    if (code !== 0) throw new ClusterError(`go build ${mainPackage} failed:\n${complaints.slice(-20).join('\n')}`);
  } finally {
    clearInterval(timer);
    reader.close();
  }
  onProgress(`built in ${seconds(started)} s`);
}

/** Without a version in it, a kubelet and an API server call themselves v0.0.0 and refuse each other's features. */
function linkerFlags(): string {
  const version = moduleVersion('k8s.io/kubernetes');
  const [major, minor] = version.slice(1).split('.');
  const variables = { gitVersion: version, gitMajor: major, gitMinor: minor };
  const settings = Object.entries(variables).map(
    ([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`,
  );
  // -s -w: no symbol table, no debug information; 40 % smaller.
  return ['-s', '-w', ...settings].join(' ');
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1000);
}
