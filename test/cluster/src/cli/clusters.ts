import { type ClusterState, listStateDirectories, type StateDirectory } from '../machine/state.ts';

/** A cluster as its owner last described it. */
export interface ListedCluster {
  readonly directory: StateDirectory;
  readonly state: ClusterState;
}

/** The clusters of this machine whose owner runs, oldest first. */
export async function listClusters(): Promise<ListedCluster[]> {
  const directories = await listStateDirectories();
  return directories
    .filter((directory) => !directory.abandoned)
    .flatMap((directory) => {
      const state = directory.readState();
      return state === undefined ? [] : [{ directory, state }];
    })
    .sort((a, b) => a.state.startedAt - b.state.startedAt);
}

/** Those that `up` started and that are ready. */
export async function listOwnClusters(): Promise<ListedCluster[]> {
  return (await listClusters()).filter(({ state }) => state.startedBy === 'cli' && state.readyAfterMs !== undefined);
}
