const IMPORT = /^import [^;]*;/gm;

/**
 * Makes a module of an example: after its imports, the rest in a function, so that it may declare what is declared for it and
 * await. Lines keep the numbers that they have in the Markdown file, for the compiler to name.
 * @param line - Where the first line of `code` stands, counted from 1; a fence is before it.
 * @param free - Names that the example does not make itself, with their types.
 */
export function asModule(code: string, line: number, free: Readonly<Record<string, string>>): string {
  const imports = [...code.matchAll(IMPORT)];
  const imported = new Set(imports.join(' ').match(/\w+/g));
  const declared = Object.entries(free)
    .filter(([name]) => !imported.has(name))
    .map(([name, type]) => `declare const ${name}: ${type};`);
  const opening = [...declared, 'export async function example() {'].join(' ');
  const last = imports.at(-1);
  const before = '\n'.repeat(line - 2);
  if (last === undefined) return `${before}${opening}\n${code}}\n`;
  const end = last.index + last[0].length;
  return `${before}\n${code.slice(0, end)} ${opening}${code.slice(end)}}\n`;
}
