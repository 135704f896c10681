import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The Go module that pins the versions; see its go.mod. */
export const GO_MODULE = join(import.meta.dirname, '../../go');

/** Raised when the way of building changes, so that older binaries are not taken for ours. */
const RECIPE = 1;

/** Directory of all that the fixture keeps between runs: `KUBEFRESH_CACHE`, else `~/.cache/kubefresh`. */
function cacheRoot(): string {
  const { KUBEFRESH_CACHE, XDG_CACHE_HOME } = process.env;
  return KUBEFRESH_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'kubefresh');
}

/** Directory of the built programs, keyed by the pinned versions (go.mod), their checksums (go.sum) and the machine. */
export function binaryDirectory(): string {
  const hash = createHash('sha256').update(`${RECIPE} ${process.arch}\n`);
  for (const name of ['go.mod', 'go.sum']) hash.update(readFileSync(join(GO_MODULE, name)));
  return join(cacheRoot(), 'cluster', hash.digest('hex').slice(0, 16));
}

/** Version of a module as go.mod pins it, with its `v`: `moduleVersion('k8s.io/kubernetes')` is `v1.37.2`. */
export function moduleVersion(module: string): string {
  const line = readFileSync(join(GO_MODULE, 'go.mod'), 'utf8')
    .split('\n')
    .find((text) => text.trim().startsWith(`${module} v`));
  const version = line?.trim().split(' ')[1];
  if (version === undefined) throw new Error(`${GO_MODULE}/go.mod does not pin ${module}`);
  return version;
}
