import type { Exception } from '../exceptions.ts';
import { type Difference, differences } from './differences.ts';
import type { Shape } from './shape.ts';

/** Compares answers, leaves out what is documented, and knows which part of the documents it needed. */
export class Comparison {
  readonly #exceptions: readonly Exception[];
  readonly #used = new Set<Exception>();

  constructor(exceptions: readonly Exception[]) {
    this.#exceptions = exceptions;
  }

  /** The differences between the answers to one case that no exception explains. */
  unexplained(title: string, real: Shape, kit: Shape): Difference[] {
    return differences(real, kit).filter(({ path }) => {
      const exception = this.#exceptions.find((each) => each.cases.test(title) && each.path.test(path));
      if (exception !== undefined) this.#used.add(exception);
      return exception === undefined;
    });
  }

  /** The exceptions about any of these cases that explained no difference: the kit has become better than they say. */
  outdated(titles: readonly string[]): Exception[] {
    return this.#exceptions.filter(
      (exception) => !this.#used.has(exception) && titles.some((title) => exception.cases.test(title)),
    );
  }
}
