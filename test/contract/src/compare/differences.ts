import type { Shape } from './shape.ts';

/** A place where two shapes differ; undefined is where one has nothing. */
export interface Difference {
  readonly path: string;
  readonly real: string | undefined;
  readonly kit: string | undefined;
}

/** All places where two shapes differ, in the real one's order. */
export function differences(real: Shape, kit: Shape): Difference[] {
  return [...new Set([...real.keys(), ...kit.keys()])]
    .map((path) => ({ path, real: real.get(path), kit: kit.get(path) }))
    .filter(({ real: one, kit: other }) => one !== other);
}

/** The differences for a person to read, each as its path, then what either server said. */
export function describeDifferences(found: readonly Difference[]): string {
  const said = (text: string | undefined) => text ?? '(nothing)';
  return found.map(({ path, real, kit }) => `${path}\n    real: ${said(real)}\n    kit:  ${said(kit)}`).join('\n');
}
