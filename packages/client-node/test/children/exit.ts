import { keepFresh } from '@kubefresh/client-node';

// A program that is done, with everything still open: it has to exit by itself.
const [name = '', root = ''] = process.argv.slice(2);
const library = (await import(name)) as typeof import('client-node-2');
const kubeConfig = new library.KubeConfig();
keepFresh(kubeConfig);
kubeConfig.loadFromCluster(root);
const { items } = await kubeConfig.makeApiClient(library.CoreV1Api).listNamespacedPod({ namespace: 'default' });
process.stdout.write(`${items.length}`);
