import type { MintedToken, TestApiServer, VolumeOptions } from '@kubefresh/testing';
import type { Ability, Path, World } from './driver.ts';
import type { Stage } from './stage.ts';

/** The chapters of the fault table, and of the result. */
export const GROUPS = ['files', 'tokens', 'server', 'tls', 'process'] as const;

/** One of {@link GROUPS}. */
export type Group = (typeof GROUPS)[number];

/** One row of the fault table, as a case for each path that it concerns. */
export interface Row {
  /** Its id in the fault table: `S1`. */
  readonly id: string;
  readonly group: Group;
  /** What happens, and what is to come of it. */
  readonly title: string;
  /** The paths that it concerns; of these a client takes part with those that it has. */
  readonly paths: readonly Path[];
  /** What it needs of what not all clients have. */
  readonly needs?: Ability | readonly Ability[];
  /** How the client finds the server. Default `in-cluster`. */
  readonly kind?: World['kind'];
  /** It runs in a program of its own, whose start takes a while. Default false. */
  readonly child?: boolean;
  /** The case's own bound, ms, where it does much more than others. Default: that of all tests. */
  readonly bound?: number;
  /** The client is connected before there is a token. Default false. */
  readonly early?: boolean;
  /** How its files come into the volume. Default: by the kubelet's swaps. */
  readonly volume?: Pick<VolumeOptions, 'layout' | 'symlinked'>;
  /** The token that is there at the start. Default: an ordinary one. */
  readonly token?: (server: TestApiServer) => Promise<MintedToken | string>;
  /** Throws where the client does not do what the table says. */
  run(stage: Stage, path: Path): Promise<void>;
}
