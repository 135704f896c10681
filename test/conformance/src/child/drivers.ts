import type { Driver } from '../driver.ts';
import type { clientNode } from '../drivers/client-node.ts';

const DRIVERS: Readonly<Record<string, () => Promise<Driver>>> = {
  'core-dispatcher': async () => (await import('../drivers/core.ts')).dispatcher,
  'core-fetch': async () => (await import('../drivers/core.ts')).fetchClient,
  'core-agent': async () => (await import('../drivers/core.ts')).agent,
  'client-node-1': () => official(import('client-node-1'), '1.4.0', 'kubefresh'),
  'stock-client-node-1': () => official(import('client-node-1'), '1.4.0', 'stock'),
  'client-node-2': () => official(import('client-node-2'), '2.0.1', 'kubefresh'),
  'stock-client-node-2': () => official(import('client-node-2'), '2.0.1', 'stock'),
  'fluent-client': async () => (await import('../drivers/fluent-client.ts')).fluentClient,
  'stock-fluent-client': async () => (await import('../drivers/fluent-client.ts')).stockFluentClient,
  'kubernetes-client': async () => (await import('../drivers/kubernetes-client.ts')).kubernetesClient,
  'stock-kubernetes-client': async () => (await import('../drivers/kubernetes-client.ts')).stockKubernetesClient,
};

/** Every driver of the suite. */
export const DRIVER_IDS: readonly string[] = Object.keys(DRIVERS);

/** A driver by its id; loads its client only. */
export function driverOf(id: string): Promise<Driver> {
  const load = DRIVERS[id];
  if (load === undefined) throw new Error(`There is no driver ${id} here; add it to ${import.meta.filename}.`);
  return load();
}

async function official(library: Promise<unknown>, ...rest: Rest): Promise<Driver> {
  const { clientNode: make } = await import('../drivers/client-node.ts');
  return make(await library, ...rest);
}

type Rest = Parameters<typeof clientNode> extends [unknown, ...infer Others] ? Others : never;
