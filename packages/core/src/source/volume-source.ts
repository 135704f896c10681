import { type Clock, systemClock } from '../clock.ts';
import { InvalidOptionError } from '../errors.ts';
import type { TokenFormat } from '../token/parse.ts';
import { type LayoutOptions, layout } from '../volume/layout.ts';
import { SourceHandle } from './handle.ts';
import { sharedEngine } from './registry.ts';
import type { CredentialSource } from './types.ts';

/** Options of `volumeSource`. */
export interface VolumeSourceOptions extends LayoutOptions {
  /** `'jwt'` (default): refuse what is no JWT, as in a pod; `'any'`: opaque tokens too, as in a kubeconfig's token file. */
  format?: TokenFormat;
  /**
   * How often the volume is looked at should no file event come, ms; 10 to 3,600,000. Default 10,000: a kubelet may leave
   * 28 s between a new token and the end of the old one (600 s tokens), and a look costs a microsecond. Sources of one
   * directory share their polls; the shortest wins.
   */
  pollInterval?: number;
  /** Where time comes from. Default: the machine's clocks. */
  clock?: Clock;
}

const DEFAULT_POLL_INTERVAL = 10_000;

/**
 * A source that reads and watches the token, CA and namespace of a projected volume.
 *
 * It reads at once, synchronously, and never throws for what it finds on disk: a missing or bad file is a `fault`, and
 * `current()` throws until there was a good one. A good token is kept whatever happens to the file later. Sources of one
 * directory share one watcher, timer and credential; none of them keeps the process alive.
 *
 * @throws InvalidOptionError naming an option that is out of range, or no path.
 */
export function volumeSource(options: VolumeSourceOptions = {}): CredentialSource {
  const { format = 'jwt', pollInterval = DEFAULT_POLL_INTERVAL, clock = systemClock } = options;
  if (format !== 'jwt' && format !== 'any') {
    throw new InvalidOptionError('format', `format is ${String(format)}; it can be 'jwt' or 'any'.`);
  }
  if (!(pollInterval >= 10 && pollInterval <= 3_600_000)) {
    throw new InvalidOptionError('pollInterval', `pollInterval is ${pollInterval}; it is ms, from 10 to 3600000.`);
  }
  return new SourceHandle(sharedEngine(layout(options), format, clock, pollInterval), 'source');
}
