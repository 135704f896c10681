import { randomBytes } from 'node:crypto';
import { describe } from 'vitest';
import type { ApiClient, Cluster, PolicyRule, Profile, ServiceAccount } from '../src/index.ts';
import { whySkipped } from '../src/index.ts';

const reasons = { light: await whySkipped('light'), node: await whySkipped('node') };

/** A `describe` that is skipped, with the reason in its title, where the machine cannot run the profile. */
export function describeOn(profile: Profile, title: string, body: () => void): void {
  const reason = reasons[profile];
  if (reason === undefined) describe(title, body);
  else describe.skip(`${title} (${reason})`, body);
}

/** ES module of a pod that does nothing until it is deleted. */
export const IDLE = 'setInterval(() => {}, 1e9)';

/** What the tests' accounts may do. */
const READ_CONFIGMAPS: PolicyRule[] = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }];

/** A fresh account in a fresh namespace that may read ConfigMaps there. */
export async function createReader({ accounts }: Cluster): Promise<ServiceAccount> {
  return accounts.create(await accounts.createNamespace(), 'reader', READ_CONFIGMAPS);
}

/** Uses a token of a reader once and returns the status: 200, 401 or 403. */
export async function statusWith(cluster: Cluster, token: string, { namespace }: ServiceAccount): Promise<number> {
  return (await readConfigMaps(cluster.client({ token }), namespace)).status;
}

/** Lists ConfigMaps with a path that no other request has, so that the audit event is found by it. */
export function readConfigMaps(client: ApiClient, namespace: string) {
  return client.send('GET', `/api/v1/namespaces/${namespace}/configmaps?labelSelector=probe%3D${randomText()}`);
}

function randomText(): string {
  return randomBytes(6).toString('hex');
}
