import type { Clock } from '../clock.ts';
import type { JournalEntry } from '../journal/entry.ts';
import { Journal } from '../journal/journal.ts';
import { serveCustomResources } from './api/custom-resources.ts';
import { OpenWatches } from './api/open-watches.ts';
import { Authenticator } from './auth/authenticator.ts';
import type { MintOptions } from './auth/mint.ts';
import type { MintedToken } from './auth/minted-token.ts';
import { SigningKeys } from './auth/signing-keys.ts';
import { TokenIssuer } from './auth/token-issuer.ts';
import { type GrantedToken, grantToken, type ServiceAccountName, type TokenRequestSpec } from './auth/token-request.ts';
import type { User } from './auth/user.ts';
import { ClusterObjects } from './cluster-objects.ts';
import { FaultControl } from './faults/fault-control.ts';
import { FaultRegistry } from './faults/fault-registry.ts';
import { Exchange, type ExchangeHost } from './http/exchange.ts';
import { credentialOf, factsOf } from './http/facts.ts';
import { Listener, type RequestListener } from './http/listener.ts';
import { NamespaceController } from './namespace-controller.ts';
import type { ResolvedOptions } from './options.ts';
import { RequestHandler } from './request-handler.ts';
import { createRouter } from './router.ts';
import { ResourceStore } from './store/resource-store.ts';
import { PodStreams } from './streams/pod-streams.ts';
import type { RotateCAOptions, ServerIdentity } from './tls/identity.ts';

/** A running API server: what `startApiServer()` returns. */
export class TestApiServer implements AsyncDisposable {
  readonly #options: ResolvedOptions;
  readonly #identity: ServerIdentity;
  readonly #listener: Listener;
  readonly #keys = new SigningKeys();
  readonly #registry = new FaultRegistry();
  readonly #store: ResourceStore;
  readonly #authenticator: Authenticator;
  readonly #handler: RequestHandler;
  readonly #watches = new OpenWatches();
  readonly #namespaces: NamespaceController;
  readonly #issuer: TokenIssuer;
  #port = 0;
  #requests = 0;
  #skewMs = 0;

  /** Everything it was asked, and what it answered. */
  readonly journal = new Journal();
  /** Faults to switch on and off while it runs. */
  readonly faults: FaultControl;
  /** What its pods' containers say and do: logs, exec, attach, port-forward. */
  readonly pods = new PodStreams();
  /** Its objects, without HTTP. */
  readonly objects: ClusterObjects;

  /** @internal */
  constructor(options: ResolvedOptions, identity: ServerIdentity) {
    this.#options = options;
    this.#identity = identity;
    const now = () => this.now();
    const store = new ResourceStore(now);
    this.#store = store;
    this.objects = new ClusterObjects(store);
    serveCustomResources(store);
    this.#namespaces = new NamespaceController(store, identity.caBundle);
    for (const name of ['default', 'kube-system']) this.objects.ensureNamespace(name);
    const { issuer, audiences, leewaySeconds, successCacheSeconds, authorize } = options;
    this.#issuer = new TokenIssuer({ issuer, audiences, keys: this.#keys, now });
    this.faults = new FaultControl(this.#registry, (jti) => this.#issuer.mintedAt(jti));
    this.#authenticator = new Authenticator(
      { issuer, audiences, leewaySeconds, keys: this.#keys, store, now },
      successCacheSeconds * 1000,
    );
    const router = createRouter({
      store,
      pods: this.pods,
      watches: this.#watches,
      keys: this.#keys,
      issuer: this.#issuer,
      authenticator: this.#authenticator,
      options,
      origin: () => this.origin,
    });
    this.#handler = new RequestHandler({
      faults: this.#registry,
      authenticator: this.#authenticator,
      router,
      authorize,
    });
    this.#listener = new Listener(identity.serving, options.http2, this.#onRequest);
  }

  /** `https://<host>:<port>`, without a slash at the end. */
  get origin(): string {
    const { host } = this.#options;
    return `https://${host.includes(':') ? `[${host}]` : host}:${this.#port}`;
  }

  /** Its root address. */
  get url(): URL {
    return new URL(this.origin);
  }

  /** The address that it listens on. */
  get host(): string {
    return this.#options.host;
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#port;
  }

  /** The PEM bundle that belongs into `ca.crt` now. */
  get caBundle(): string {
    return this.#identity.caBundle;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#listener.connections;
  }

  /** How many connections have been opened so far. */
  get connectionsOpened(): number {
    return this.#listener.opened;
  }

  /** `iss` of its tokens. */
  get issuer(): string {
    return this.#options.issuer;
  }

  /** Where the server takes its time from, without its skew. */
  get clock(): Clock {
    return this.#options.clock;
  }

  /** How many times faster than real ones the tokens age that are requested of it. */
  get timeScale(): number {
    return this.#options.timeScale;
  }

  /** The server's time in ms since the epoch: its clock and its skew. */
  now(): number {
    return this.#options.clock.now() + this.#skewMs;
  }

  /** Signs a token; see {@link MintOptions} for what it may say. Every call gives another one. */
  async mint(options: MintOptions = {}): Promise<MintedToken> {
    const subject = this.objects.subjectOf(options);
    const minted = await this.#issuer.issue(subject, options);
    if (options.legacy && subject.secret) this.#storeInSecret(subject.namespace, subject.secret.name, minted);
    return minted;
  }

  /**
   * A token by the rules of TokenRequest, without HTTP: what a kubelet gets.
   *
   * @throws {StatusError} as the API would answer
   */
  requestToken(account: ServiceAccountName, spec: TokenRequestSpec = {}): Promise<GrantedToken> {
    return grantToken({ store: this.#store, issuer: this.#issuer, limits: this.#options }, account, spec);
  }

  /** Refuses this token, or that of this id, from the next request on, whatever is cached. */
  revoke(token: MintedToken | string): void {
    this.#authenticator.revoke(typeof token === 'string' ? token : token.jti || token.token);
  }

  /** Takes an opaque token (OpenShift's, a bootstrap token, …) for this user until {@link distrust}. */
  trust(token: string, user: Partial<User> = {}): void {
    this.#authenticator.trust(token, { username: 'opaque', groups: ['system:authenticated'], ...user });
  }

  /** Takes the token of {@link trust} no more. */
  distrust(token: string): void {
    this.#authenticator.distrust(token);
  }

  /** Empties the success cache, as a restart does: every token is judged anew. */
  forgetAuthentications(): void {
    this.#authenticator.forget();
  }

  /** Signs with a new key. Without `keepOld` every token of before is refused from the next request on. */
  rotateSigningKey(options: { readonly keepOld?: boolean } = {}): void {
    this.#keys.rotate(options);
    this.#authenticator.forget();
  }

  /** Changes the certificate authority; open connections live on. Resolves to the bundle for `ca.crt`. */
  async rotateCA(options: RotateCAOptions = {}): Promise<string> {
    await this.#identity.rotate(options);
    this.#listener.present(this.#identity.serving);
    this.#namespaces.publish(this.caBundle);
    return this.caBundle;
  }

  /** Serves a new certificate of the newest authority: the second half of `rotateCA({ serve: false })`. */
  async reissueServingCertificate(): Promise<void> {
    await this.#identity.reissue();
    this.#listener.present(this.#identity.serving);
  }

  /** Leaves only the newest authority in {@link caBundle}: the end of a rotation with `keepOld`. Returns the bundle. */
  dropOldCAs(): string {
    this.#identity.dropOld();
    this.#namespaces.publish(this.caBundle);
    return this.caBundle;
  }

  /** Sets the server's clock this many ms ahead (or, negative, behind): its Date headers and its judgement. */
  skewClock(ms: number): void {
    this.#skewMs = ms;
    this.#authenticator.forget();
  }

  /** Deletes the service account and creates it again: another uid, so that its tokens are dead. */
  recreateServiceAccount(name = 'default', namespace = 'default'): void {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
    this.objects.delete(account);
    this.objects.create(account);
    this.#authenticator.forget();
  }

  /** Sends a bookmark on every open watch that asked for them, without waiting for the minute. */
  sendBookmarks(): void {
    this.#watches.sendBookmarks();
  }

  /**
   * Asks all clients to move to other connections, as a server that shuts down gracefully does: GOAWAY over HTTP/2,
   * `Connection: close` with the next answer over HTTP/1.1. What is under way may finish.
   */
  goAway(): void {
    this.#listener.goAway();
  }

  /** Cuts all open connections at once. */
  cutConnections(): void {
    this.#listener.cut();
  }

  /** Ends everything: faults, streams, connections, the listening socket. Leaves no handle. */
  async close(): Promise<void> {
    this.#registry.clear();
    await this.#listener.close();
    this.journal.close();
  }

  /** `close()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal */
  async listen(): Promise<void> {
    this.#port = await this.#listener.listen(this.#options.port, this.#options.host);
  }

  readonly #host: ExchangeHost = {
    now: () => this.now(),
    record: (entry: JournalEntry) => this.journal.add(entry),
    faultsOn: () => this.#registry.names,
  };

  readonly #onRequest: RequestListener = (raw, response, connection, upgrade) => {
    this.#requests += 1;
    const credential = credentialOf(raw);
    const facts = factsOf(raw, this.#requests, connection, credential);
    const { token } = credential;
    const exchange = new Exchange({ facts, raw, response, token, host: this.#host, ...(upgrade && { upgrade }) });
    exchange.warn(credential.warning);
    void this.#handler.handle(exchange);
  };

  #storeInSecret(namespace: string, name: string, minted: MintedToken): void {
    const identity = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } };
    this.objects.update({
      ...identity,
      ...this.objects.get(identity),
      type: 'kubernetes.io/service-account-token',
      data: { token: Buffer.from(minted.token).toString('base64') },
    });
  }
}
