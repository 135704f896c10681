import { TestingError } from '../errors.ts';
import type { MintedToken } from '../server/auth/minted-token.ts';
import { describeEntry } from './describe.ts';
import type { JournalEntry } from './entry.ts';
import type { Journal } from './journal.ts';

/** Which entries an expectation looks at. */
export interface ExpectOptions {
  /** The first index. Default 0. */
  readonly from?: number;
  /** Entries that are left out. */
  readonly except?: (entry: JournalEntry) => boolean;
}

// So many lines are read; more only hide the first.
const SHOWN = 10;

/**
 * Expects that every request was answered well: nothing cut, no status of 400 or more.
 *
 * @throws {TestingError} naming each bad request with its token's age and the fault that was on
 */
export function expectNoFailures(journal: Journal, options: ExpectOptions = {}): void {
  const bad = selected(journal, options).filter(({ status }) => status === 0 || status >= 400);
  const total = selected(journal, options).length;
  if (bad.length > 0) throw unexpected(bad, `${bad.length} of ${total} requests failed`);
}

/**
 * Expects that a token was used: at least one request with it was answered well.
 *
 * @throws {TestingError} with the latest requests
 */
export function expectTokenUsed(journal: Journal, token: MintedToken, options: ExpectOptions = {}): void {
  const entries = selected(journal, options);
  if (entries.some(({ jti, status }) => jti === token.jti && status > 0 && status < 400)) return;
  throw unexpected(entries.slice(-SHOWN), `no request succeeded with token ${token.jti}; the latest`);
}

/**
 * Expects that no request brought a credential: for a server that a redirect led to.
 *
 * @throws {TestingError} naming each request that did
 */
export function expectNoCredentials(journal: Journal, options: ExpectOptions = {}): void {
  const bad = selected(journal, options).filter(
    ({ authorizations, credential }) => authorizations > 0 || credential !== 'none',
  );
  if (bad.length > 0) throw unexpected(bad, `${bad.length} requests brought a credential to where none belongs`);
}

function selected(journal: Journal, { from = 0, except = () => false }: ExpectOptions): readonly JournalEntry[] {
  return journal.filter((entry) => !except(entry), from);
}

function unexpected(entries: readonly JournalEntry[], what: string): TestingError {
  const lines = entries.slice(0, SHOWN).map((entry) => `  ${describeEntry(entry)}`);
  const rest = entries.length > SHOWN ? [`  … and ${entries.length - SHOWN} more`] : [];
  return new TestingError('ERR_KUBEFRESH_TESTING_UNEXPECTED_REQUEST', [`${what}:`, ...lines, ...rest].join('\n'));
}
