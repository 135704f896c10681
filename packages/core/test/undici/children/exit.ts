// A program that has listed pods by a dispatcher, a fetch and an agent, and closes nothing.
import { once } from 'node:events';
import { request } from 'node:https';
import { inCluster } from '@kubefresh/core';
import { createAgent } from '@kubefresh/core/https';
import { createDispatcher, createFetch } from '@kubefresh/core/undici';

const cluster = inCluster({ root: process.env['ROOT'] ?? '' });
const url = `${cluster.origin}/api/v1/namespaces/default/pods`;
const { body, statusCode } = await createDispatcher(cluster).request({
  origin: cluster.origin,
  path: '/api/v1/namespaces/default/pods',
  method: 'GET',
});
await body.dump();
const { status } = await createFetch(cluster)('/api/v1/namespaces/default/pods');
const [response] = await once(request(url, { agent: createAgent(cluster) }).end(), 'response');
response.resume();
process.stdout.write(JSON.stringify([statusCode, status, response.statusCode]));
process.once('exit', () => process.stdout.write(' exit'));
