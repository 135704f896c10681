/**
 * What we rely on of `@kubernetes/client-node`, by shape: its majors, and its copies in one program, have different classes.
 */

/** A user entry of a kubeconfig, as the official client keeps it. */
export interface User {
  readonly name: string;
  readonly certData?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyData?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly token?: string | undefined;
  /** The kubeconfig's own key. The official client drops it on loading; we put it back. */
  readonly tokenFile?: string | undefined;
  readonly exec?: unknown;
  readonly authProvider?: unknown;
}

/** A cluster entry of a kubeconfig, as the official client keeps it. */
export interface Cluster {
  readonly name: string;
  readonly server: string;
  readonly caData?: string | undefined;
  readonly caFile?: string | undefined;
  readonly skipTLSVerify: boolean;
  readonly tlsServerName?: string | undefined;
  readonly proxyUrl?: string | undefined;
}

/** An instance of the official `KubeConfig`, of any supported version. */
export interface OfficialKubeConfig {
  /** The users of the kubeconfig. */
  getUsers(): readonly User[];
  /** The user of the current context. */
  getCurrentUser(): User | null;
  /** The cluster of the current context. */
  getCurrentCluster(): Cluster | null;
  /** Loads a kubeconfig's text. */
  loadFromString(config: string, options?: never): void;
  /** Loads KUBECONFIG, `~/.kube/config` or what a pod has. */
  loadFromDefault(options?: never, contextFromStartingConfig?: boolean, platform?: string): void;
  /** Resolves the paths of a kubeconfig on its directory. */
  makePathsAbsolute(rootDirectory: string): void;
  /** Puts credential and connections into an API call's request. */
  applySecurityAuthentication(context: never): Promise<void>;
  /** Puts credential and CA into the options of a watch, log or WebSocket. */
  applyToHTTPSOptions(options: never): Promise<void>;
}

/** A class of such instances. */
export interface OfficialKubeConfigClass {
  /** The class's name, for messages. */
  readonly name: string;
  /** Where its methods are. */
  readonly prototype: OfficialKubeConfig;
}

/** The request of an API call that authentication is applied to: 2.x takes a dispatcher, 1.x an agent. */
export interface RequestContext {
  getHeaders?(): Readonly<Record<string, string>>;
  setHeaderParam(name: string, value: string): void;
  getSignal?(): AbortSignal | undefined;
  setSignal?(signal: AbortSignal): void;
  setDispatcher?(dispatcher: unknown): void;
  setAgent?(agent: unknown): void;
}

/** The methods of the official client that ours stand before. All other ways to the API server lead through them. */
export type Overridden = Pick<
  OfficialKubeConfig,
  'applySecurityAuthentication' | 'applyToHTTPSOptions' | 'loadFromString' | 'loadFromDefault' | 'makePathsAbsolute'
>;
