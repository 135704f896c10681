// Imports what the arguments name, one after the other, and prints by name which modules of Node that loaded.
const { moduleLoadList } = process as typeof process & { readonly moduleLoadList: readonly string[] };
const loaded: Record<string, string[]> = {};
for (const name of process.argv.slice(2)) {
  const before = new Set(moduleLoadList);
  await import(name);
  loaded[name] = moduleLoadList.filter((module) => !before.has(module)).map((module) => module.split(' ').at(-1) ?? '');
}
console.log(JSON.stringify(loaded));

export {};
