import type { RejectionReason } from '@kubefresh/core';
import { createFetch } from '@kubefresh/core/undici';
import { ApiConnection, investigateRejection } from '@kubefresh/core/verify';
import {
  type Mint,
  type MintOptions,
  type NodeCluster,
  type Pod,
  type ServiceAccount,
  startCluster,
} from '@kubefresh-test/cluster';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOn } from '../src/describe-on.ts';
import { nextEvent } from '../src/next-event.ts';
import { idlePod, seenBy } from '../src/real-rotation.ts';

/** How a token comes to be refused. */
interface Fate {
  readonly reason: RejectionReason;
  readonly certainty?: 'likely';
  /** Written by the kubelet in place of the real token. */
  readonly write?: (mint: Mint, own: MintOptions) => string;
  /** What is done to the cluster after the token was taken. */
  readonly happens?: (cluster: NodeCluster, pod: Pod, account: ServiceAccount) => Promise<unknown>;
}

const FATES: readonly Fate[] = [
  { reason: 'expired', write: (mint, own) => mint.expired(own) },
  { reason: 'not-yet-valid', write: (mint, own) => mint.notYetValid(own) },
  { reason: 'wrong-audience', write: (mint, own) => mint.token({ ...own, audiences: ['vault'] }) },
  // A server may take tokens of several issuers, and names only one.
  {
    reason: 'foreign-issuer',
    certainty: 'likely',
    write: (mint, own) => mint.token({ ...own, claims: { iss: 'https://another.example' } }),
  },
  { reason: 'pod-gone', happens: (_, pod) => pod.delete('force') },
  { reason: 'account-gone', happens: (cluster, _, account) => cluster.accounts.recreate(account) },
  // Last: it ends every token there is.
  { reason: 'signing-key-replaced', happens: (cluster) => cluster.signingKeys.rotate('drop') },
];

await describeOn('node', 'a 401, explained by asking the server', () => {
  let cluster: NodeCluster;
  /** Who asks: somebody who may see accounts and pods, and have tokens reviewed. */
  let asker: Pod;
  beforeAll(async () => {
    cluster = await startCluster({ profile: 'node' });
    const { account, pod } = await idlePod(cluster);
    asker = pod;
    const rules = [
      { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
      { apiGroups: [''], resources: ['serviceaccounts', 'pods'], verbs: ['get'] },
    ];
    await cluster.accounts.grant(account, rules, 'cluster');
  });
  afterAll(() => cluster?.stop());

  test.for(FATES)('$reason', async ({ reason, certainty = 'certain', write, happens }) => {
    const { account, pod } = await idlePod(cluster);
    if (write !== undefined) await pod.writeToken(write(cluster.mint, { account, pod }));
    await using view = seenBy(cluster, pod);
    await using kube = createFetch(view);
    await view.source.ready();
    const rejected = nextEvent(view.source, 'rejected');
    // The token was not used before, so the server has no success to remember.
    await happens?.(cluster, pod, account);
    expect((await kube(`/api/v1/namespaces/${pod.namespace}/pods`)).status).toBe(401);
    const { credential, auditId = '' } = await rejected;
    const logged = await cluster.audit.waitFor(({ auditID }) => auditID === auditId);
    expect(logged.responseStatus?.code).toBe(401);

    if (reason === 'signing-key-replaced') await asker.rotate();
    await using asking = seenBy(cluster, asker);
    await using api = new ApiConnection({ cluster: asking });
    const explanation = await investigateRejection(credential.token, { status: 401, auditId }, { api });
    expect(explanation).toMatchObject({ reason, certainty });
    expect(explanation.message).toContain(auditId);
    expect(explanation.message).not.toContain(credential.token.reveal());
  });
});
