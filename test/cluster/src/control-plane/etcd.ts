import { request } from 'node:http';
import { Component } from '../machine/component.ts';
import type { StateDirectory } from '../machine/state.ts';

/** What etcd is started with. */
export interface EtcdOptions {
  readonly binary: string;
  readonly directory: StateDirectory;
  readonly clientPort: number;
  readonly peerPort: number;
}

/** A single etcd on loopback, without TLS and without fsync: it holds test data, for one API server. */
export function startEtcd({ binary, directory, clientPort, peerPort }: EtcdOptions): Promise<Component> {
  const clientUrl = `http://127.0.0.1:${clientPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  return Component.start({
    name: 'etcd',
    command: binary,
    args: [
      `--data-dir=${directory.file('etcd')}`,
      `--listen-client-urls=${clientUrl}`,
      `--advertise-client-urls=${clientUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
    directory,
    ready: () => isHealthy(clientPort),
  });
}

function isHealthy(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/health' }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode === 200));
    })
      .on('error', reject)
      .end();
  });
}
