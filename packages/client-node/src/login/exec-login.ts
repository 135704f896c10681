import { readFileSync } from 'node:fs';
import type { ExecConfig } from '../exec/config.ts';
import type { ClientCertificate } from '../exec/credential.ts';
import { Plugin } from '../exec/plugin.ts';
import { ExecSource } from '../exec/source.ts';
import type { Cluster } from '../official.ts';
import type { Login } from './login.ts';

/** A credential plugin, which gives a token, a client certificate or both. */
export class ExecLogin implements Login {
  readonly source: ExecSource;
  readonly slow = true;
  readonly #plugin: Plugin;

  constructor(config: ExecConfig, cluster: Cluster) {
    const readCA = caReader(cluster);
    this.#plugin = new Plugin(config, cluster, readCA);
    this.source = new ExecSource(this.#plugin, readCA, cluster.caFile);
  }

  get prepared(): boolean {
    return !this.#plugin.spent;
  }

  // No bound here: a plugin may be a login in a browser.
  ready(): Promise<void> {
    return this.source.prepare();
  }

  get bearing(): boolean {
    return this.#plugin.held?.token !== undefined;
  }

  get certificate(): ClientCertificate | undefined {
    return this.#plugin.held?.certificate;
  }
}

/** Reads the cluster's CA as it is now; while its file cannot be read, as it was last. */
function caReader({ caFile, caData }: Cluster): () => string | undefined {
  let last = caData ? Buffer.from(caData, 'base64').toString('utf8') : undefined;
  return () => {
    if (!caFile) return last;
    try {
      last = readFileSync(caFile, 'utf8');
    } catch {
      // Kept: a CA file is replaced by renaming, and is seldom gone for long.
      last ??= '';
    }
    return last;
  };
}
