import type { Payload } from './payload.ts';

/** One way of bringing files into a directory. */
export interface VolumeWriter {
  /** Makes `payload` what the directory holds. False if it was so already and nothing was touched. */
  write(payload: Payload, mode: number): boolean;
  /** The path whose bytes a write in place changes. */
  pathOf(file: string): string;
}
