import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { TestApiServer } from '@kubefresh/testing';
import type { Program } from '../support/sandbox.ts';

/** A program of the official documentation, and the cluster that it expects. */
export interface Documented {
  readonly file: string;
  /** The only major that has what it uses. */
  readonly only?: string;
  /** What it is told on the command line; `port` is a free one of this machine. */
  readonly args?: (port: number) => readonly string[];
  readonly prepare?: (server: TestApiServer) => void;
  /** What happens while it runs; a program without an end of its own is ended here. What this answers is compared too. */
  readonly meanwhile?: (program: Program, server: TestApiServer, port: number) => Promise<unknown>;
}

const object = (apiVersion: string, kind: string, name: string, rest: object = {}, namespace = 'default') => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  ...rest,
});
const create =
  (...objects: ReturnType<typeof object>[]) =>
  ({ objects: store }: TestApiServer) => {
    for (const each of objects) store.create(each);
  };

const usage = { cpu: '250m', memory: '64Mi' };
const containers = [{ name: 'nginx', image: 'nginx', resources: { requests: usage, limits: usage } }];
const labels = { app: 'demo' };
const pod = (name: string, rest: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels },
  ...rest,
});
const NGINX = pod('nginx-4217019353-9gl4s', { spec: { containers } });
const READY_POD = pod('demo', { status: { conditions: [{ type: 'Ready', status: 'True' }] } });
const template = { metadata: { labels }, spec: { containers } };
const DEPLOYMENT = { replicas: 1, selector: { matchLabels: labels }, template };

/** Ends a program that would go on for ever. */
const ended = async ({ process, ended }: Program) => {
  process.kill();
  await ended;
};

/** Says hello through a forwarded port, hears it again, and presses Ctrl+C. */
const throughPort = async (program: Program, _: TestApiServer, port: number) => {
  await program.printed(/Press Ctrl\+C/);
  const socket = connect(port, '127.0.0.1');
  socket.write('hello');
  const heard = await new Promise((resolve) => socket.once('data', (chunk) => resolve(String(chunk))));
  socket.destroy();
  program.process.kill('SIGINT');
  return heard;
};

/** What is copied lands where the program says, in `/tmp`: in a folder of its own, as the archive has it. */
const copiedTo = ({ port }: TestApiServer) => `kubefresh-cp-${port}`;

/** All that are run; first those that take their time. */
export const documented: readonly Documented[] = [
  {
    file: 'watch-example.ts',
    meanwhile: async (program, server) => {
      await program.printed(/default/);
      create(object('v1', 'Pod', 'in-it', {}, 'new'))(server);
      await program.printed(/name: 'new'/);
      // Ten seconds later it gives up by itself.
    },
  },
  {
    file: 'follow-logs.js',
    prepare: (server) => {
      create(object('v1', 'Pod', 'pod1', { spec: { containers: [{ name: 'container1', image: 'nginx' }] } }))(server);
      server.pods.log('pod1', 'first');
    },
    meanwhile: async (program, server) => {
      await program.printed(/first/);
      server.pods.log('pod1', 'second');
      await program.printed(/second/);
      // Five seconds later it gives up by itself.
    },
  },
  { file: 'example.js', prepare: create(NGINX) },
  { file: 'readme-list-all-pods.cjs', prepare: create(NGINX) },
  { file: 'readme-create-a-new-namespace.cjs' },
  { file: 'in-cluster.js', prepare: create(NGINX) },
  {
    file: 'in-cluster-create-job-from-cronjob.js',
    prepare: create(
      object('batch/v1', 'CronJob', 'cronjob', { spec: { schedule: '@daily', jobTemplate: { spec: { template } } } }),
    ),
  },
  { file: 'ingress.js' },
  { file: 'namespace.js' },
  {
    file: 'get.js',
    prepare: ({ objects }) => objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } }),
  },
  {
    file: 'apply.js',
    prepare: create(object('apps/v1', 'Deployment', 'my-deployment', { spec: DEPLOYMENT }, 'my-namespace')),
    meanwhile: async ({ ended }, { objects }) => {
      await ended;
      return objects.list('apps/v1', 'Deployment').map(({ spec }) => Object(spec).replicas);
    },
  },
  { file: 'patch-example.js', prepare: create(NGINX) },
  {
    file: 'scale-deployment.js',
    prepare: create(object('apps/v1', 'Deployment', 'docker-test-deployment', { spec: DEPLOYMENT })),
    meanwhile: async ({ ended }, { objects }) => {
      await ended;
      return objects.list('apps/v1', 'Deployment').map(({ spec }) => Object(spec).replicas);
    },
  },
  {
    file: 'top.js',
    prepare: (server) => {
      server.objects.create({
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: 'node-1' },
        status: { capacity: { cpu: '4', memory: '8Gi' }, allocatable: { cpu: '4', memory: '8Gi' } },
      });
      create(object('v1', 'Pod', 'busy', { spec: { nodeName: 'node-1', containers } }))(server);
    },
  },
  {
    file: 'top_pods.js',
    prepare: (server) => {
      server.objects.define({
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        kind: 'PodMetrics',
        plural: 'pods',
        namespaced: true,
      });
      create(
        object('v1', 'Pod', 'busy', { spec: { containers } }, 'kube-system'),
        object(
          'metrics.k8s.io/v1beta1',
          'PodMetrics',
          'busy',
          { containers: [{ name: 'nginx', usage }] },
          'kube-system',
        ),
      )(server);
    },
  },
  {
    file: 'cache-example.js',
    prepare: create(NGINX),
    meanwhile: async (program, server) => {
      await program.printed(/nginx-/);
      await server.journal.waitFor(({ query }) => query.has('watch'));
      await ended(program);
    },
  },
  {
    file: 'informer.ts',
    prepare: create(NGINX),
    meanwhile: async (program, server) => {
      await program.printed(/Added: nginx-/);
      await server.journal.waitFor(({ query }) => query.has('watch'));
      create(object('v1', 'Pod', 'late'))(server);
      await program.printed(/Added: late/);
      server.objects.delete(NGINX);
      await program.printed(/Deleted: nginx-/);
      await ended(program);
    },
  },
  {
    file: 'attach-example.ts',
    prepare: (server) => {
      create(NGINX)(server);
      server.pods.onAttach(({ stdout, stderr }) => {
        stdout.write('to stdout\n');
        stderr.write('to stderr\n');
        return 0;
      });
    },
  },
  { file: 'exec-example.ts', args: () => ['date'], prepare: create(NGINX) },
  {
    file: 'cp-example.ts',
    prepare: (server) => {
      create(NGINX)(server);
      server.pods.onExec(({ stdout }) => {
        const container = mkdtempSync(join('/tmp', 'kubefresh-container-'));
        mkdirSync(join(container, copiedTo(server)));
        writeFileSync(join(container, copiedTo(server), 'test.txt'), 'from the pod');
        stdout.write(execFileSync('tar', ['cf', '-', '-C', container, copiedTo(server)]));
        rmSync(container, { recursive: true });
        return 0;
      });
    },
    meanwhile: async ({ ended }, server) => {
      await ended;
      const folder = join('/tmp', copiedTo(server));
      const copied = readFileSync(join(folder, 'test.txt'), 'utf8');
      rmSync(folder, { recursive: true });
      return copied;
    },
  },
  {
    file: 'port-forward-service.js',
    only: '2.0.1',
    args: (port) => ['default', 'demo-service', String(port), '80'],
    prepare: create(READY_POD, object('v1', 'Service', 'demo-service', { spec: { selector: labels } })),
    meanwhile: throughPort,
  },
  {
    file: 'port-forward-deployment.js',
    only: '2.0.1',
    args: (port) => ['default', 'demo-deployment', String(port), '80'],
    prepare: create(READY_POD, object('apps/v1', 'Deployment', 'demo-deployment', { spec: DEPLOYMENT })),
    meanwhile: throughPort,
  },
];
