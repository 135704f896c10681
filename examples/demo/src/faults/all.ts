import { caRotation } from './ca-rotation.ts';
import { emptiedFile } from './emptied-file.ts';
import type { Fault } from './fault.ts';
import { laggingServer } from './lagging-server.ts';
import { revokedToken } from './revoked-token.ts';
import { rotation } from './rotation.ts';

/** What `--list` shows. */
export const faults: readonly Fault[] = [rotation, revokedToken, emptiedFile, laggingServer, caRotation];

/** In which order a run plays them: each fault is followed by plain rotations, which show whether a client has recovered. */
export const programme: readonly Fault[] = [
  rotation,
  rotation,
  revokedToken,
  emptiedFile,
  rotation,
  laggingServer,
  rotation,
  caRotation,
  rotation,
];
