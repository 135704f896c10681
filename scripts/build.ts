/**
 * `pnpm build`: what is published of each package, in its `dist`: declarations by tsc, and JavaScript in one file an entry, with
 * what entries share in `dist/shared`. Node pays for each module that it loads (a fifth of a millisecond and some 50 kB): core's
 * sources are some hundred files of one idea each, which its user should not pay for at the start of his program.
 *
 * `pnpm build NAME` builds one package alone; of those that it refers to the declarations.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');

/** What is read of a package's manifest. */
interface Manifest {
  readonly exports: Record<string, string | { readonly default: string }>;
  readonly bin?: Record<string, string>;
}

const names = process.argv.length > 2 ? process.argv.slice(2) : readdirSync(join(root, 'packages'));
const tsc = join(root, 'node_modules', '.bin', 'tsc');
const projects = names.map((name) => join('packages', name));
const { status } = spawnSync(tsc, ['-b', ...projects], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(1);
for (const project of projects) await bundle(join(root, project));

/** Puts the JavaScript of a package into its `dist`, and takes away what an earlier build left there. */
async function bundle(folder: string): Promise<void> {
  const dist = join(folder, 'dist');
  await using build = await rolldown({
    cwd: folder,
    input: entriesOf(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))),
    // Every import that is no path is a dependency, and stays one.
    external: /^[^./]/,
    platform: 'node',
    transform: { target: 'es2023' },
  });
  const { output } = await build.generate({
    format: 'esm',
    // The sources are published too; the maps lead there.
    sourcemap: true,
    sourcemapExcludeSources: true,
    chunkFileNames: 'shared/[name].js',
  });
  const made = new Map(output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]));
  for (const file of globSync('**/*.{js,js.map}', { cwd: dist })) if (!made.has(file)) rmSync(join(dist, file));
  for (const [file, content] of made) {
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    writeFileSync(join(dist, file), content);
  }
}

/** The sources of what a manifest promises, each under the name that it has in `dist`. */
function entriesOf({ exports, bin = {} }: Manifest): Record<string, string> {
  const promised = [...Object.values(exports), ...Object.values(bin)].map((to) =>
    typeof to === 'string' ? to : to.default,
  );
  const names = promised
    .filter((path) => path.endsWith('.js'))
    .map((path) => path.slice('./dist/'.length, -'.js'.length));
  return Object.fromEntries(names.map((name) => [name, `./src/${name}.ts`]));
}
