/** Something made of a module that is loaded when it is first asked for: a promise until it is there, and then itself. */
export class Loaded<Thing extends object> {
  readonly #load: () => Promise<Thing>;
  #coming: Promise<Thing> | undefined;
  #thing: Thing | undefined;

  constructor(load: () => Promise<Thing>) {
    this.#load = load;
  }

  /** Without a promise where there can be none: each costs the requests that follow a turn of the microtask queue. */
  get(): Thing | Promise<Thing> {
    if (this.#thing !== undefined) return this.#thing;
    this.#coming ??= this.#load().then((thing) => {
      this.#thing = thing;
      return thing;
    });
    return this.#coming;
  }

  /** The same, for whoever would not load it; undefined where nobody has asked for it. */
  get asked(): Promise<Thing> | undefined {
    return this.#coming;
  }
}
