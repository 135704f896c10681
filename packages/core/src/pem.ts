const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;

/** Each certificate of a PEM bundle, as text; whether it can be parsed is another question. */
export function certificatesIn(bundle: string): readonly string[] {
  return bundle.match(CERTIFICATE) ?? [];
}
