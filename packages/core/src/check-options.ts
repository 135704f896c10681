import { InsecureTransportError, InvalidOptionError } from './errors.ts';

/** @throws InvalidOptionError for a CA that is no PEM text: a Buffer cannot be compared with the one before. */
export function checkCA(ca: string | undefined): void {
  if (ca === undefined || typeof ca === 'string') return;
  throw new InvalidOptionError('ca', "'ca' must be a PEM bundle as text; read the file with the encoding 'utf8'.");
}

/**
 * @param unit - what it counts: `ms`, `bytes`.
 * @throws InvalidOptionError for what is no number from 0 on.
 */
export function checkAmount(option: string, value: number, unit: string): void {
  if (typeof value === 'number' && value >= 0) return;
  throw new InvalidOptionError(option, `${option} is ${String(value)}; it is a number of ${unit}, 0 or more.`);
}

/** The error for options that would send a token to a server that nobody verified. */
export function unverified(): InsecureTransportError {
  return new InsecureTransportError(
    "'rejectUnauthorized: false' would hand the token to whoever answers. Give the server's CA as 'ca', or set 'allowInsecure: true' if that is what you want.",
  );
}
