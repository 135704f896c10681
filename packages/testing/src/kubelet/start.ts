import type { KubeletOptions } from './options.ts';
import { TestKubelet } from './test-kubelet.ts';

/**
 * Starts the kubelet of one pod: it requests tokens of the server and writes them into the volume by the kubelet's
 * rule, on the server's time scale, or on command. Resolves when the first token stands in the volume.
 *
 * @throws {TestingError} `ERR_KUBEFRESH_TESTING_REQUEST_REFUSED` if the server grants none
 */
export async function startKubelet(options: KubeletOptions): Promise<TestKubelet> {
  const { server, namespace = 'default', serviceAccount = 'default', pod = 'pod', node = 'node' } = options;
  const identity = { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod, namespace } };
  server.objects.subjectOf({ namespace, serviceAccount, node });
  if (!server.objects.get(identity)) {
    const spec = { serviceAccountName: serviceAccount, nodeName: node, containers: [{ name: 'main', image: 'test' }] };
    server.objects.create({ ...identity, spec, status: { phase: 'Running' } });
  }
  const kubelet = new TestKubelet(options);
  await kubelet.sync();
  if (options.auto ?? true) kubelet.schedule();
  return kubelet;
}
