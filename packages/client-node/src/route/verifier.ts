import type { Verifier } from '@kubefresh/core';
import type { Cluster } from '../official.ts';

/** The CA in a cluster's entry itself, PEM, which is never another one; undefined where it names a file, or none. */
export function fixedCA({ caFile, caData }: Cluster): string | undefined {
  return caFile || !caData ? undefined : Buffer.from(caData, 'base64').toString('utf8');
}

/** What the server of `cluster` is verified with together with this credential, for messages. */
export function verifierOf(cluster: Cluster, { ca, caFile }: Verifier): Verifier {
  return { ca: fixedCA(cluster) ?? ca, caFile };
}
