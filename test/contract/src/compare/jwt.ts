/** Whether a text looks like a JWT. */
export function isJwt(text: string): boolean {
  return /^ey[\w-]+\.ey[\w-]+\.[\w-]+$/.test(text);
}

/** Both readable parts of a JWT. */
export function decodeJwt(token: string): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const [header, claims] = token.split('.', 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  return { header, claims };
}

/** The claims with each time as the seconds from `iat`, which themselves are of the moment. */
export function relativeClaims(claims: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const issued = claims['iat'];
  const relative = (value: unknown) =>
    typeof issued === 'number' && typeof value === 'number' ? `<iat + ${value - issued} s>` : `<${typeof value}>`;
  const bound = claims['kubernetes.io'];
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => {
      if (name === 'exp' || name === 'nbf') return [`${name} after iat`, relative(value)];
      if (name !== 'kubernetes.io' || typeof bound !== 'object' || bound === null || !('warnafter' in bound)) {
        return [name, value];
      }
      const { warnafter, ...rest } = bound;
      return [name, { ...rest, 'warnafter after iat': relative(warnafter) }];
    }),
  );
}
