import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asModule } from '../src/as-module.ts';
import { FREE_NAMES } from '../src/free-names.ts';
import { markdownFiles, ROOT, typescriptBlocks } from '../src/markdown.ts';

// Inside this package, so that the examples find what it depends on; ignored by git.
const cache = join(import.meta.dirname, '../.cache');
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'examples-'));

const OPTIONS = {
  extends: join(ROOT, 'tsconfig.check.json'),
  // An example shows what there is, and need not use it.
  compilerOptions: { noUnusedLocals: false },
  include: ['*.ts'],
  exclude: [],
};

/** What is there to see that the compiler sees: an example with a name that the package does not have. */
const RENAMED = "import { inClusterRenamed } from '@kubefresh/core';\n\ninClusterRenamed();\n";

let complaints: string[];

beforeAll(() => {
  for (const file of markdownFiles()) {
    for (const { line, code } of typescriptBlocks(file)) {
      const name = `${file.replaceAll('/', '.')}.${line}.ts`;
      writeFileSync(join(folder, name), asModule(code, line, FREE_NAMES[file] ?? {}));
    }
  }
  writeFileSync(join(folder, 'renamed.ts'), asModule(RENAMED, 5, {}));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(OPTIONS));
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const { stdout } = spawnSync(tsc, ['-p', folder, '--pretty', 'false'], { cwd: folder, encoding: 'utf8' });
  complaints = stdout.trim().split('\n');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

it('every TypeScript block of the Markdown files type-checks', () => {
  expect(complaints.filter((line) => !line.startsWith('renamed.ts'))).toEqual([]);
});

it('an example with a name that the package does not have fails, with its line', () => {
  expect(complaints.find((line) => line.startsWith('renamed.ts'))).toMatch(/^renamed\.ts\(5,\d+\): error TS2305/);
});
