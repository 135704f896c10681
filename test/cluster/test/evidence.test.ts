import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuditEvent, type Cluster, startCluster } from '../src/index.ts';
import { createReader, describeOn, readConfigMaps } from './support.ts';

describeOn('light', 'the API server as witness', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ profile: 'light' });
  });
  afterAll(() => cluster?.stop());

  test('the audit log has each request, with who made it', async () => {
    const account = await createReader(cluster);
    const { token } = await cluster.accounts.createToken(account);
    const { headers } = await readConfigMaps(cluster.client({ token }), account.namespace);
    const event = await cluster.audit.waitFor(({ auditID }) => auditID === headers['audit-id']);
    expect(event).toMatchObject({
      stage: 'ResponseComplete',
      verb: 'list',
      responseStatus: { code: 200 },
      objectRef: { resource: 'configmaps', namespace: account.namespace },
      user: { username: `system:serviceaccount:${account.namespace}:reader` },
    });
    expect(event.user.extra?.['authentication.kubernetes.io/credential-id']?.[0]).toMatch(/^JTI=/);
    expect(await cluster.audit.events()).toContainEqual(event);
  });

  test('a 401 has an event, but no user', async () => {
    const account = await createReader(cluster);
    const client = cluster.client({ token: cluster.mint.expired({ account }) });
    const { headers } = await readConfigMaps(client, account.namespace);
    const event = await cluster.audit.waitFor(({ auditID }) => auditID === headers['audit-id']);
    expect(event.responseStatus?.code).toBe(401);
    expect(event.user).toEqual({});
  });

  test('the log is followed while it grows, and following ends with its signal', async () => {
    const account = await createReader(cluster);
    const stop = new AbortController();
    const path = `/api/v1/namespaces/${account.namespace}/configmaps`;
    const seen: AuditEvent[] = [];
    const following = (async () => {
      for await (const event of cluster.audit.follow(stop.signal)) {
        if (!event.requestURI.startsWith(path)) continue;
        seen.push(event);
        if (seen.length === 50) stop.abort();
      }
    })();
    for (let round = 0; round < 50; round += 1) await readConfigMaps(cluster.admin, account.namespace);
    await following;
    expect(new Set(seen.map(({ auditID }) => auditID)).size).toBe(50);
  });

  test('waiting for an event that does not come ends with an error', async () => {
    await expect(cluster.audit.waitFor(() => false, 300)).rejects.toThrow(/no matching event .* within 300 ms/);
  });

  test('stale and valid tokens are counted apart', async () => {
    const account = await createReader(cluster);
    const count = async () => {
      const metrics = await cluster.metrics();
      return {
        stale: metrics.value('serviceaccount_stale_tokens_total'),
        valid: metrics.value('serviceaccount_valid_tokens_total'),
      };
    };
    const before = await count();
    const { headers } = await readConfigMaps(
      cluster.client({ token: cluster.mint.stale({ account }) }),
      account.namespace,
    );
    expect(await count()).toEqual({ stale: before.stale + 1, valid: before.valid });
    const event = await cluster.audit.waitFor(({ auditID }) => auditID === headers['audit-id']);
    expect(event.annotations?.['authentication.k8s.io/stale-token']).toContain('seconds after warning threshold: 6');
    await readConfigMaps(cluster.client({ token: cluster.mint.extended({ account }) }), account.namespace);
    expect(await count()).toEqual({ stale: before.stale + 1, valid: before.valid + 1 });
  });

  test('metrics are read by name and label', async () => {
    await readConfigMaps(cluster.admin, 'default');
    const metrics = await cluster.metrics();
    const labels = { resource: 'configmaps', verb: 'LIST', code: '200' };
    const lists = metrics.value('apiserver_request_total', labels);
    expect(lists).toBeGreaterThan(0);
    expect(metrics.value('apiserver_request_total')).toBeGreaterThan(lists);
    expect(metrics.value('no_such_metric')).toBe(0);
  });
});
