import type { JournalEntry } from './entry.ts';

/** One line on an entry for a person: the request, the answer and why, the token's age, the faults that were on. */
export function describeEntry(entry: JournalEntry): string {
  const parts = [`#${entry.id} ${entry.method} ${entry.path} -> ${entry.status === 0 ? 'cut' : entry.status}`];
  if (entry.reason) parts.push(`(${entry.reason})`);
  parts.push(tokenOf(entry));
  const faults = entry.faults.length > 0 ? entry.faults : entry.faultsOn;
  if (faults.length > 0) parts.push(`fault on: ${faults.join(', ')};`);
  parts.push(`connection ${entry.connection} ${entry.protocol}`);
  return parts.join(' ');
}

function tokenOf(entry: JournalEntry): string {
  if (entry.credential !== 'bearer') return `credential: ${entry.credential};`;
  const { iat, exp } = entry.claims ?? {};
  if (iat === undefined) return `token ${entry.jti ?? 'without claims'};`;
  const age = (entry.time / 1000 - iat).toFixed(1);
  const life = exp === undefined ? 'no end' : `${(exp - iat).toFixed(1)} s`;
  return `token ${entry.jti ?? 'without jti'} aged ${age} s of ${life};`;
}
