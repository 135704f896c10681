import type { Handle } from './handle.ts';
import { loadFromDefault, loadFromString, makePathsAbsolute } from './kubeconfig/load.ts';
import { currentOf } from './login/current.ts';
import type { OfficialKubeConfig, Overridden } from './official.ts';

/**
 * Puts our methods before those of `target`, which is an instance or a class's prototype; for users that are not ours they
 * call the methods of before and do nothing else.
 *
 * @param handleOf - what belongs to an instance.
 * @returns the methods of before, and a function that puts them back.
 */
export function override(
  target: OfficialKubeConfig,
  handleOf: (kubeConfig: OfficialKubeConfig) => Handle,
): { readonly methods: Overridden; restore(): void } {
  const methods: Overridden = {
    applySecurityAuthentication: target.applySecurityAuthentication,
    applyToHTTPSOptions: target.applyToHTTPSOptions,
    loadFromString: target.loadFromString,
    loadFromDefault: target.loadFromDefault,
    makePathsAbsolute: target.makePathsAbsolute,
  };
  const undo = Object.entries({
    async applySecurityAuthentication(this: OfficialKubeConfig, context: never) {
      const current = currentOf(this);
      if (current === undefined) return methods.applySecurityAuthentication.call(this, context);
      const freshness = handleOf(this).freshness();
      await (freshness instanceof Promise ? await freshness : freshness).authenticate(this, current, context);
    },
    async applyToHTTPSOptions(this: OfficialKubeConfig, options: never) {
      const current = currentOf(this);
      if (current === undefined) await methods.applyToHTTPSOptions.call(this, options);
      else await (await handleOf(this).freshness()).fillIn(this, current, options);
    },
    loadFromString(this: OfficialKubeConfig, text: string, ...rest: unknown[]) {
      loadFromString(this, methods, text, rest);
    },
    loadFromDefault(this: OfficialKubeConfig, ...rest: unknown[]) {
      loadFromDefault(this, methods, rest);
    },
    makePathsAbsolute(this: OfficialKubeConfig, root: string) {
      makePathsAbsolute(this, methods, root);
    },
  }).map(([name, method]) => replace(target, name, method));
  const restore = () => {
    for (const put of undo) put();
  };
  return { methods, restore };
}

/** Replaces a method; the result puts back what was there, or that nothing was. */
function replace(target: object, name: string, method: (...args: never[]) => unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  // Not enumerable, so that copying an instance's properties does not copy it.
  Object.defineProperty(target, name, { value: method, configurable: true, writable: true, enumerable: false });
  return () => {
    if (before === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, before);
  };
}
