import type { Bench } from '../bench.ts';

/** All benches by name, in the order in which they run. Each is loaded when it runs, after the packages were built. */
export const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  import: async () => (await import('./import.ts')).importBench,
  'inject-ns': async () => (await import('./inject-ns.ts')).injectNsBench,
  rotation: async () => (await import('./rotation.ts')).rotationBench,
  inject: async () => (await import('./inject.ts')).injectBench,
  'https-agent': async () => (await import('./https-agent.ts')).httpsAgentBench,
  'client-node': async () => (await import('./client-node.ts')).clientNodeBench,
  'fluent-client': async () => (await import('./fluent-client.ts')).fluentClientBench,
  'kubernetes-client': async () => (await import('./kubernetes-client.ts')).kubernetesClientBench,
  scale: async () => (await import('./scale.ts')).scaleBench,
  outage: async () => (await import('./outage.ts')).outageBench,
  soak: async () => (await import('./soak.ts')).soakBench,
};
