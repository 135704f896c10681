import { KubefreshError } from '../errors.ts';
import { parseToken, type TokenFormat } from '../token/parse.ts';
import type { Token } from '../token/token.ts';
import { isSubPath } from '../volume/inspect.ts';
import type { VolumeFiles } from '../volume/layout.ts';
import { Look } from '../volume/look.ts';
import { readSnapshot } from '../volume/snapshot.ts';
import { warnOnce } from '../warnings.ts';
import { refusal } from './accept.ts';
import type { CredentialParts, Holder } from './holder.ts';
import type { Teller } from './teller.ts';

/** Turns what is on disk into the parts of a credential; each file that is not good leaves the part held, and is a fault. */
export class VolumeReader {
  readonly #files: VolumeFiles;
  readonly #format: TokenFormat;
  readonly #holder: Holder;
  readonly #teller: Teller;
  readonly #look: Look;
  #unsettled = false;

  constructor(files: VolumeFiles, format: TokenFormat, holder: Holder, teller: Teller) {
    this.#files = files;
    this.#format = format;
    this.#holder = holder;
    this.#teller = teller;
    this.#look = new Look(files);
  }

  /** Whether the volume may hold something new: about a microsecond. */
  changed(): boolean {
    return this.#look.changed();
  }

  /**
   * Whether what was read last was not all good. It may become so without a trace that `changed()` sees: by a chmod, or because
   * the AtomicWriter commits the very first files before it makes the links to them.
   */
  get unsettled(): boolean {
    return this.#unsettled;
  }

  /**
   * Reads all files as one; undefined while there is no token at all.
   * @param asked - a 401 asked for it: an older token is welcome too.
   */
  read(asked: boolean): CredentialParts | undefined {
    const snapshot = readSnapshot(this.#files);
    const held = this.#holder.newest;
    const token = this.#token(snapshot.token, held?.token, asked) ?? held?.token;
    const ca = this.#file(this.#files.ca, snapshot.ca) ?? held?.ca ?? (this.#files.ca === undefined ? undefined : '');
    const namespace = this.#file(this.#files.namespace, snapshot.namespace) ?? held?.namespace;
    this.#unsettled = !snapshot.consistent || this.#faulty();
    return token === undefined ? undefined : { token, ca, caFile: this.#files.ca, namespace };
  }

  /** What is wrong with the volume as a whole, and will stay so. */
  inspect(): void {
    if (!isSubPath(this.#files)) return;
    const message =
      `${this.#files.token} is mounted by subPath, so the kubelet never updates it and it ends with its token. ` +
      'Mount the whole volume without subPath, or use fallbackSource with a TokenRequest.';
    this.#teller.fault('subPath', new KubefreshError('ERR_KUBEFRESH_SUBPATH', message));
    warnOnce('KUBEFRESH_SUBPATH', this.#files.token, message);
  }

  /** What is wrong with a token that is served all the same. */
  judge({ token, state }: { token: Token; state: string }): void {
    const path = this.#files.token;
    if (token.kind === 'legacy') {
      const message =
        `${path} holds ${token}, a legacy token without an end. Use a projected serviceAccountToken volume (every pod's ` +
        'default since Kubernetes 1.21) or the TokenRequest API instead of a Secret.';
      this.#teller.fault('legacy', new KubefreshError('ERR_KUBEFRESH_TOKEN_LEGACY', message));
      warnOnce('KUBEFRESH_TOKEN_LEGACY', path, message);
    } else {
      this.#teller.heal('legacy');
    }
    if (state === 'not-yet-valid') {
      const message = `${token} in ${path} is not valid yet: the clock of this node or of the API server is wrong.`;
      this.#teller.fault('validity', new KubefreshError('ERR_KUBEFRESH_TOKEN_NOT_YET_VALID', message));
    } else {
      this.#teller.heal('validity');
    }
  }

  #faulty(): boolean {
    const { token, ca, namespace } = this.#files;
    return [token, ca, namespace].some((path) => path !== undefined && this.#teller.faultOf(path) !== undefined);
  }

  #token(text: string | KubefreshError, held: Token | undefined, asked: boolean): Token | undefined {
    const path = this.#files.token;
    try {
      if (typeof text !== 'string') throw text;
      const token = parseToken(text, { format: this.#format });
      const refused = refusal(token, held, asked);
      if (refused !== undefined) throw refused;
      this.#teller.heal(path);
      return token;
    } catch (error) {
      if (!KubefreshError.is(error)) throw error;
      this.#teller.fault(path, inFile(path, error));
      return undefined;
    }
  }

  #file(path: string | undefined, content: string | KubefreshError | undefined): string | undefined {
    if (path === undefined || content === undefined) return undefined;
    if (typeof content === 'string') {
      this.#teller.heal(path);
      return content;
    }
    this.#teller.fault(path, content);
    return undefined;
  }
}

/** Puts the path before what the parser said. */
function inFile(path: string, error: KubefreshError): KubefreshError {
  if (error.message.includes(path)) return error;
  return new KubefreshError(error.code, `${path}: ${error.message}`, { cause: error });
}
