export type { Client, Driver, Operations, Path, Watching, WatchOptions, World } from './driver.ts';
export { conform } from './suite.ts';
