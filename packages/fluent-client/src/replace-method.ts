type Method = (this: never, ...args: never[]) => unknown;

/**
 * Replaces a method for all objects of a class, those that exist already included.
 *
 * @param make - Makes the replacement of the method that stood there, inherited or not.
 * @returns undoes it, so that nothing is left.
 */
export function replaceMethod<Name extends string, Class extends Record<Name, Method>>(
  prototype: Class,
  name: Name,
  make: (original: Class[Name]) => Class[Name],
): () => void {
  const before = Object.getOwnPropertyDescriptor(prototype, name);
  const original = prototype[name];
  const replacement = make(original);
  let active = true;
  const method = function (this: never, ...args: never[]): unknown {
    return (active ? replacement : original).apply(this, args);
  } as Class[Name];
  Object.defineProperty(prototype, name, { value: method, configurable: true, writable: true });

  return () => {
    active = false;
    // Somebody else has put his own on top since: it calls ours, which does nothing more.
    if (prototype[name] !== method) return;
    if (before === undefined) Reflect.deleteProperty(prototype, name);
    else Object.defineProperty(prototype, name, before);
  };
}
