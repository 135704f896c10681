import type { Lifetime } from '../token/lifetime.ts';
import type { Token } from '../token/token.ts';
import type { Credential } from './types.ts';

/** All of a credential; what is undefined is left out of it. */
export interface CredentialFields {
  readonly token: Token;
  readonly ca: string | undefined;
  readonly caFile: string | undefined;
  readonly namespace: string | undefined;
  readonly generation: number;
  readonly loadedAt: number;
  readonly lifetime: Lifetime;
}

/** Puts a credential together. */
export function makeCredential(fields: CredentialFields): Credential {
  const { token, ca, caFile, namespace, generation, loadedAt, lifetime } = fields;
  return Object.freeze({
    token,
    ...(ca === undefined ? {} : { ca }),
    ...(caFile === undefined ? {} : { caFile }),
    ...(namespace === undefined ? {} : { namespace }),
    generation,
    loadedAt,
    lifetime,
  });
}

/** The token of one credential with the CA and the namespace of another, `place`. */
export function inPlaceOf(
  { token, loadedAt, lifetime }: Credential,
  { ca, caFile, namespace }: Credential,
  generation: number,
): Credential {
  return makeCredential({ token, ca, caFile, namespace, generation, loadedAt, lifetime });
}
