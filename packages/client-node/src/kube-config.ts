import { KubeConfig as Official } from '@kubernetes/client-node';
import { install } from './keep-fresh.ts';

/**
 * The official `KubeConfig`, kept fresh: everything else of `@kubernetes/client-node` takes it as it takes its own.
 *
 * `keepFresh(kubeConfig)` gives the handle of an instance.
 */
export class KubeConfig extends Official {
  static {
    install(KubeConfig);
  }
}
