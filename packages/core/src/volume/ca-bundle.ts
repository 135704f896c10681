import { KubefreshError } from '../errors.ts';
import { certificatesIn } from '../pem.ts';
import { readSmallFile } from './read-file.ts';

/** A cluster has one bundle, and one more while it rotates its CA; so many clusters are remembered. */
const REMEMBERED = 16;
/**
 * Content of a file -> its good certificates: each rotation of a token brings the same CA again, and to parse it takes as
 * long as all the rest of a read.
 */
const bundles = new Map<string, string>();

/**
 * The certificates of a PEM bundle that can be parsed, as Go's `AppendCertsFromPEM` takes them: one bad entry does not
 * make the others worthless, and none of them reaches OpenSSL, which would refuse the whole bundle.
 * @throws KubefreshError ERR_KUBEFRESH_CA_INVALID when there is none.
 */
export function readBundle(path: string): string {
  const text = readSmallFile(path);
  const known = bundles.get(text);
  if (known !== undefined) return known;
  const blocks = certificatesIn(text);
  const good = blocks.filter(isCertificate);
  if (good.length > 0) {
    const bundle = `${good.join('\n')}\n`;
    if (bundles.size >= REMEMBERED) bundles.clear();
    bundles.set(text, bundle);
    return bundle;
  }
  const found =
    blocks.length === 0 ? 'has no PEM certificate' : `has ${blocks.length} PEM certificates, none of them readable`;
  throw new KubefreshError('ERR_KUBEFRESH_CA_INVALID', `${path} ${found}; the CA held before, if any, stays in use.`);
}

function isCertificate(pem: string): boolean {
  // Loaded by whoever makes a TLS connection, so not by importing us: 2 ms.
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
