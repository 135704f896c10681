import { readdirSync, readFileSync } from 'node:fs';

/** How many inotify watches this process has; 0 where there is no inotify. */
export function inotifyWatches(): number {
  let found = 0;
  for (const descriptor of descriptors()) {
    try {
      found += readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8').match(/^inotify wd/gmu)?.length ?? 0;
    } catch {
      // Closed meanwhile.
    }
  }
  return found;
}

function descriptors(): string[] {
  try {
    return readdirSync('/proc/self/fdinfo');
  } catch {
    return [];
  }
}
