/** Things that many use at once, made once for each key and ended with the last who lets go. */
export class Shared<Thing> {
  readonly #entries = new Map<string, { readonly thing: Thing; users: number }>();
  readonly #end: (thing: Thing) => Promise<void>;

  constructor(end: (thing: Thing) => Promise<void>) {
    this.#end = end;
  }

  /** The thing of `key`; each call is to be followed by one `release`. Who forgets it keeps the one thing alive, no more. */
  acquire(key: string, create: () => Thing): Thing {
    const entry = this.#entries.get(key) ?? { thing: create(), users: 0 };
    this.#entries.set(key, entry);
    entry.users += 1;
    return entry.thing;
  }

  async release(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.users -= 1;
    if (entry.users > 0) return;
    this.#entries.delete(key);
    await this.#end(entry.thing);
  }
}
