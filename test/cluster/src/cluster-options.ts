import type { ApiServerFlags } from './control-plane/apiserver.ts';
import type { SigningAlgorithm } from './pki/signing-key.ts';
import type { Profile } from './profile.ts';
import type { Progress } from './progress.ts';

/** What `startCluster` takes. */
export interface ClusterOptions<P extends Profile = Profile> {
  readonly profile: P;
  /** Flags of kube-apiserver beside the fixture's own, or instead of them. */
  readonly apiServerFlags?: ApiServerFlags;
  /** Of the first signing key, default RS256. */
  readonly signingAlgorithm?: SigningAlgorithm;
  /** Told what the start is busy with; by default standard error is, and only while something is built. */
  readonly progress?: Progress;
  /** For the command line, whose `down` stops its own clusters only. */
  readonly startedBy?: 'test' | 'cli';
}
