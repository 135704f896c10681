/** The id of a token (`jti`), which the examples log and the audit log has as `JTI=<id>`. */
export const idOf = (token: string): string => claimsOf(token).jti;

/** When it was issued, seconds since 1970. */
export const issuedAt = (token: string): number => claimsOf(token).iat;

/** Unverified, and by no code of kubefresh: it is the tests that judge. */
function claimsOf(token: string): { readonly jti: string; readonly iat: number } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
