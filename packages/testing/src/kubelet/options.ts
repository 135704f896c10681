import type { Clock } from '../clock.ts';
import type { TestApiServer } from '../server/test-api-server.ts';
import type { ProjectedVolume } from '../volume/projected-volume.ts';

/** How `startKubelet` starts. */
export interface KubeletOptions {
  /** Who grants the tokens. Its `timeScale` is the kubelet's too. */
  readonly server: TestApiServer;
  /** Where they are written. */
  readonly volume: ProjectedVolume;
  /** Default `default`. Created if it does not exist, as are account, pod and node. */
  readonly namespace?: string;
  /** Default `default`. */
  readonly serviceAccount?: string;
  /** The pod that the tokens are bound to. Default `pod`. */
  readonly pod?: string;
  /** Its node. Default `node`. */
  readonly node?: string;
  /** What the volume's source asks for, in seconds. Default 3607: automounted, so extended to a year. */
  readonly expirationSeconds?: number;
  /** Default: the server's own. */
  readonly audiences?: readonly string[];
  /** Whether it syncs by itself, each 60 to 90 s of its time. Default true; false: on command only. */
  readonly auto?: boolean;
  /** Default: the server's clock. */
  readonly clock?: Clock;
  /** Draws its jitter: from 0 up to but not including 1. Default `Math.random`. */
  readonly random?: () => number;
}
