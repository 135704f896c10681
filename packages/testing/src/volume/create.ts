import type { VolumeOptions } from './options.ts';
import { ProjectedVolume } from './projected-volume.ts';

/**
 * Creates a service-account volume in a temporary directory, to be written as the kubelet writes it. Synchronous.
 * Dispose of it, or hold it with `using`.
 *
 * @throws {TestingError} `ERR_KUBEFRESH_TESTING_INVALID_OPTION`
 */
export function createProjectedVolume(options: VolumeOptions = {}): ProjectedVolume {
  return new ProjectedVolume(options);
}
