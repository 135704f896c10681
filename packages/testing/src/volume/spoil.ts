import { TestingError } from '../errors.ts';
import type { PayloadEntry } from './payload.ts';

/** The ways in which a file can be bad. */
export type SpoilKind =
  | 'missing'
  | 'empty'
  | 'blank'
  | 'newlines'
  | 'half'
  | 'two-lines'
  | 'control-characters'
  | 'not-a-jwt'
  | 'garbage'
  | 'oversized'
  | 'directory'
  | 'fifo';

// Far beyond the 64 KiB that any reader of a token should be willing to take.
const OVERSIZED_BYTES = 1024 * 1024;

/** What stands in a spoiled file; undefined: nothing, it is missing. */
export function spoiled(kind: SpoilKind, good: string): PayloadEntry | undefined {
  switch (kind) {
    case 'missing':
      return undefined;
    case 'empty':
      return '';
    case 'blank':
      return '   ';
    case 'newlines':
      return '\n\r\n\n';
    case 'half':
      return good.slice(0, Math.floor(good.length / 2));
    case 'two-lines':
      return `${good}\n${good}\n`;
    case 'control-characters':
      return `${good.slice(0, 20)}\u0000\u0007${good.slice(20)}`;
    case 'not-a-jwt':
      return 'sha256~this-is-no-json-web-token';
    case 'garbage':
      // Bytes that are no UTF-8 either; the same each time, so that a failing test can be repeated.
      return Uint8Array.from({ length: 1024 }, (_, index) => (index * 167 + 251) % 256);
    case 'oversized':
      return Buffer.alloc(OVERSIZED_BYTES, 'a');
    case 'directory':
    case 'fifo':
      return { special: kind };
    default:
      throw new TestingError(
        'ERR_KUBEFRESH_TESTING_UNKNOWN_FAULT',
        `volume.spoil(): unknown kind ${JSON.stringify(kind)}`,
      );
  }
}
