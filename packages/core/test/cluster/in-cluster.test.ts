import { createProjectedVolume, type ProjectedVolume } from '@kubefresh/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inCluster } from '../../src/cluster.ts';
import { CredentialUnavailableError, KubefreshError, NotInClusterError } from '../../src/errors.ts';
import { CA_ONE } from '../support/certificates.ts';
import { makeToken } from '../support/make-token.ts';

let volume: ProjectedVolume;
beforeEach(() => {
  volume = createProjectedVolume({ files: { token: makeToken(), 'ca.crt': CA_ONE, namespace: 'team-a\n' } });
});
afterEach(() => volume[Symbol.dispose]());

function open(host?: string, port?: string) {
  return inCluster({ root: volume.root, env: { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } });
}

describe('inCluster', () => {
  test('gives the API server of the environment and the credential of the volume, at once', async () => {
    const cluster = open('10.96.0.1', '443');
    expect(cluster).toMatchObject({ origin: 'https://10.96.0.1', namespace: 'team-a' });
    expect(cluster.source.current()).toMatchObject({ ca: CA_ONE, namespace: 'team-a', generation: 1 });
    expect(cluster.origins).toEqual([
      'https://10.96.0.1',
      'https://kubernetes',
      'https://kubernetes.default',
      'https://kubernetes.default.svc',
      'https://kubernetes.default.svc.cluster.local',
    ]);
    await cluster.source.close();
  });

  test.each([
    ['10.0.0.1', '6443', 'https://10.0.0.1:6443'],
    ['fd00::1', '443', 'https://[fd00::1]'],
    ['[fd00::1]', '6443', 'https://[fd00::1]:6443'],
    ['API.Example.COM', '443', 'https://api.example.com'],
  ])('%s and %s make %s', async (host, port, origin) => {
    const cluster = open(host, port);
    expect(cluster.origin).toBe(origin);
    expect(new Set(cluster.origins.map((name) => new URL(name).port)).size).toBe(1);
    await cluster.source.close();
  });

  test('names an origin of the environment that is a DNS name once', async () => {
    const cluster = open('kubernetes.default.svc', '443');
    expect(cluster.origins).toHaveLength(4);
    await cluster.source.close();
  });

  test('waits for a volume that is not there yet', async () => {
    volume.remove();
    const cluster = open('10.96.0.1', '443');
    expect(cluster.namespace).toBeUndefined();
    expect(() => cluster.source.current()).toThrow(CredentialUnavailableError);
    volume.recreate();
    await cluster.source.ready();
    expect(cluster.namespace).toBe('team-a');
    await cluster.source.close();
    expect(cluster.namespace).toBeUndefined();
  });

  test('outside a pod says so: both variables, the directory, and what to use instead', () => {
    for (const [host, port] of [
      [undefined, undefined],
      ['10.96.0.1', undefined],
      ['', '443'],
      ['10.96.0.1', ''],
    ]) {
      const opened = () => open(host, port);
      expect(opened).toThrow(NotInClusterError);
      for (const part of [
        'KUBERNETES_SERVICE_HOST',
        'KUBERNETES_SERVICE_PORT',
        volume.directory,
        '@kubefresh/client-node',
      ]) {
        expect(opened).toThrow(part);
      }
    }
    expect(() => open(undefined, '443')).toThrow(
      'KUBERNETES_SERVICE_HOST is not set and KUBERNETES_SERVICE_PORT is "443"',
    );
  });

  test.each([
    ['10.96.0.1/path', '443'],
    ['user@10.96.0.1', '443'],
    ['user:word@10.96.0.1', '443'],
    ['10.96.0.1?a', '443'],
    ['10.96.0.1#a', '443'],
    ['10.96.0.1:80', '443'],
    ['a b', '443'],
    ['10.96.0.1', 'https'],
    ['10.96.0.1', '443/x'],
    ['10.96.0.1', '65536'],
    ['10.96.0.1', '-1'],
  ])('%j and %j make no address', (host, port) => {
    const opened = () => open(host, port);
    expect(opened).toThrow(NotInClusterError);
    expect(opened).toThrow(/make no address/u);
  });

  test('reads the environment of the process by default', () => {
    const { KUBERNETES_SERVICE_HOST: before } = process.env;
    delete process.env['KUBERNETES_SERVICE_HOST'];
    try {
      inCluster({ root: volume.root });
      expect.unreachable();
    } catch (error) {
      expect(KubefreshError.is(error, 'ERR_KUBEFRESH_NOT_IN_CLUSTER')).toBe(true);
    } finally {
      if (before !== undefined) process.env['KUBERNETES_SERVICE_HOST'] = before;
    }
  });
});
