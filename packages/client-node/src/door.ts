import { Handle } from './handle.ts';
import type { OfficialKubeConfig, Overridden } from './official.ts';
import type { FreshOptions } from './options.ts';
import { override } from './overrides.ts';

/** The objects that have our methods: instances, and prototypes of classes. */
const doors = new WeakMap<OfficialKubeConfig, Door>();

/** Our methods on one object, and what belongs to each instance that uses them. */
export class Door {
  readonly #target: OfficialKubeConfig;
  readonly #options: FreshOptions;
  readonly #methods: Overridden;
  readonly #restore: () => void;
  readonly #handles = new WeakMap<OfficialKubeConfig, Handle>();

  /** Puts them on `target`. */
  constructor(target: OfficialKubeConfig, options: FreshOptions) {
    this.#target = target;
    this.#options = options;
    const { methods, restore } = override(target, (kubeConfig) => this.handleOf(kubeConfig));
    this.#methods = methods;
    this.#restore = restore;
    doors.set(target, this);
  }

  /** The one on this very object. */
  static on(target: OfficialKubeConfig): Door | undefined {
    return doors.get(target);
  }

  /** The one that an instance goes through: its own, or its class's. */
  static of(kubeConfig: OfficialKubeConfig): Door | undefined {
    for (let object: unknown = kubeConfig; object instanceof Object; object = Object.getPrototypeOf(object)) {
      const door = doors.get(object as OfficialKubeConfig);
      if (door !== undefined) return door;
    }
    return undefined;
  }

  /** What belongs to an instance; made when it is first asked for. */
  handleOf(kubeConfig: OfficialKubeConfig, options: FreshOptions = {}): Handle {
    let handle = this.#handles.get(kubeConfig);
    if (handle === undefined) {
      handle = new Handle(kubeConfig, this.#methods, { ...this.#options, ...options });
      this.#handles.set(kubeConfig, handle);
    }
    return handle;
  }

  /** Takes them away again. */
  remove(): void {
    if (doors.get(this.#target) !== this) return;
    doors.delete(this.#target);
    this.#restore();
  }
}
