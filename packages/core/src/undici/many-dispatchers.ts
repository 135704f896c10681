import { warnOnce } from '../warnings.ts';

/** A program has one dispatcher for a cluster, or a few; more than this many are a leak, such as one for each request. */
const MANY = 10;

const open = new Map<string, number>();

/** Counts a dispatcher for `origin`, and warns once when they become many. Returns what uncounts it. */
export function countDispatcher(origin: string): () => void {
  const count = (open.get(origin) ?? 0) + 1;
  open.set(origin, count);
  if (count > MANY) {
    warnOnce(
      'KUBEFRESH_MANY_DISPATCHERS',
      origin,
      `${count} dispatchers of kubefresh are open to ${origin}; each has its own connections. Create one and share it, or close() each after use.`,
    );
  }
  let counted = true;
  return () => {
    const now = (open.get(origin) ?? 0) - 1;
    if (!counted) return;
    counted = false;
    if (now > 0) open.set(origin, now);
    else open.delete(origin);
  };
}
