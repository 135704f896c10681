import type { Row } from '../row.ts';
import { abortRows } from './aborts.ts';
import { bodyRows } from './bodies.ts';
import { clockRows } from './clocks.ts';
import { closingRows } from './closing.ts';
import { deadMountRows } from './dead-mounts.ts';
import { doubtfulTokenRows } from './doubtful-tokens.ts';
import { fileRows } from './files.ts';
import { http2Rows } from './http2.ts';
import { ownHeaderRows } from './own-headers.ts';
import { permissionRows } from './permissions.ts';
import { quietRows } from './quiet.ts';
import { rotationRows } from './rotations.ts';
import { serverRows } from './server.ts';
import { sharingRows } from './sharing.ts';
import { tlsRows } from './tls.ts';
import { tokenRows } from './tokens.ts';
import { upgradeRows } from './upgrades.ts';
import { uploadRows } from './uploads.ts';
import { watcherRows } from './watchers.ts';

/** Every case of the suite. */
export const rows: readonly Row[] = [
  ...rotationRows,
  ...fileRows,
  ...permissionRows,
  ...deadMountRows,
  ...watcherRows,
  ...tokenRows,
  ...doubtfulTokenRows,
  ...serverRows,
  ...bodyRows,
  ...upgradeRows,
  ...ownHeaderRows,
  ...http2Rows,
  ...uploadRows,
  ...abortRows,
  ...quietRows,
  ...tlsRows,
  ...sharingRows,
  ...closingRows,
  ...clockRows,
];
