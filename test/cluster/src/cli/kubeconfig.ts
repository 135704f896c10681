import { listOwnClusters } from './clusters.ts';

/** Prints the path of the kubeconfig of the cluster that `up` started last. */
export async function printKubeconfigPath(): Promise<void> {
  const newest = (await listOwnClusters()).at(-1);
  if (newest === undefined) throw new Error('no cluster is up; start one with: pnpm cluster up [--node]');
  console.log(newest.directory.file('kubeconfig'));
}
