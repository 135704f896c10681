import { randomBytes } from 'node:crypto';
import type { ApiClient } from '../api/client.ts';
import { podManifest, type RunPodOptions } from './manifest.ts';
import { Pod, type PodContext } from './pod.ts';
import type { PodObject } from './pod-object.ts';

/** The pods of the node profile. */
export class Pods {
  readonly #context: PodContext;

  constructor(context: PodContext) {
    this.#context = context;
  }

  /** Makes a pod and returns when the kubelet has it ready. */
  async run(options: RunPodOptions): Promise<Pod> {
    const pod = await this.create(options);
    await pod.running();
    return pod;
  }

  /** As {@link run}, without waiting: for pods that end at once, or are meant not to start. */
  async create(options: RunPodOptions): Promise<Pod> {
    const { account, name = `pod-${randomBytes(3).toString('hex')}`, rotation } = options;
    // Before the kubelet hears of it: its first answer decides when it asks again.
    if (rotation === 'natural') this.#context.plans.set(account.namespace, name, { kind: 'natural' });
    const path = `/api/v1/namespaces/${account.namespace}/pods`;
    return new Pod(await this.#admin.request<PodObject>('POST', path, podManifest(name, options)), this.#context);
  }

  /** The hand on a pod that something else made, e.g. a Deployment. */
  async get(namespace: string, name: string): Promise<Pod> {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    return new Pod(await this.#admin.request<PodObject>('GET', path), this.#context);
  }

  /** The pods of a namespace that match a label selector (`app=fetch`). */
  async list(namespace: string, labelSelector = ''): Promise<Pod[]> {
    const query = new URLSearchParams({ labelSelector });
    const path = `/api/v1/namespaces/${namespace}/pods?${query}`;
    const { items } = await this.#admin.request<{ items: PodObject[] }>('GET', path);
    return items.map((object) => new Pod(object, this.#context));
  }

  get #admin(): ApiClient {
    return this.#context.admin;
  }
}
