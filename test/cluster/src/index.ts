export { startCluster } from './start-cluster.ts';
