import type { VolumeOptions } from '@kubefresh/testing';
import { createProjectedVolume } from '@kubefresh/testing';
import type { Stage } from '../stage.ts';
import { Child, type ChildOptions } from './child.ts';

/** Runs `act` with a program of its own that uses the stage's driver, on a volume of its own, and ends that program. */
export async function withChild(
  { driver, server }: Stage,
  { volume: volumeOptions, ...options }: ChildOptions & { readonly volume?: VolumeOptions },
  act: (child: Child) => Promise<void>,
): Promise<void> {
  using volume = createProjectedVolume(volumeOptions);
  const token = await server.mint();
  volume.write({ token, 'ca.crt': server.caBundle, namespace: 'default' });
  await using child = await Child.start({ driver, server, volume, token }, options);
  await act(child);
}
