import type { Driver } from '@kubefresh-test/conformance';

/** A client library, as the benches call it. */
export type Library = 'client-node-1' | 'client-node-2' | 'fluent-client' | 'kubernetes-client';

/** A way of sending that core itself offers; its peer is what people write by hand. */
type CoreClient = 'fetch' | 'dispatcher' | 'agent';

/** Whatever sends requests to an API server in these benches. */
export type Client = Library | CoreClient;

/** Loads the driver of a client: with kubefresh, or as people have it without. */
export async function driverOf(client: Client, flavour: Driver['flavour']): Promise<Driver> {
  const stock = flavour === 'stock';
  switch (client) {
    case 'client-node-1':
    case 'client-node-2': {
      const { clientNode } = await import('@kubefresh-test/conformance/drivers/client-node');
      const official = await (client === 'client-node-1' ? import('client-node-1') : import('@kubernetes/client-node'));
      return clientNode(official, client === 'client-node-1' ? '1.4.0' : '2.0.1', flavour);
    }
    case 'fluent-client': {
      const drivers = await import('@kubefresh-test/conformance/drivers/fluent-client');
      return stock ? drivers.stockFluentClient : drivers.fluentClient;
    }
    case 'kubernetes-client': {
      const drivers = await import('@kubefresh-test/conformance/drivers/kubernetes-client');
      return stock ? drivers.stockKubernetesClient : drivers.kubernetesClient;
    }
    default: {
      if (stock) return (await import('./hand-rolled.ts')).handRolled;
      const { fetchClient, dispatcher, agent } = await import('@kubefresh-test/conformance/drivers/core');
      return { fetch: fetchClient, dispatcher, agent }[client];
    }
  }
}
