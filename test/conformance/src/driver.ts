import type { ProjectedVolume, TestApiServer } from '@kubefresh/testing';

/** What some clients have and others have not, beside the paths; a row can need one of them. */
export type Ability =
  | HeaderForm
  | 'namesCA'
  | 'explains403'
  | 'followLog'
  | 'getAs'
  | 'proxy'
  | 'callUntil'
  | 'upload'
  | 'formData'
  | 'patch'
  | 'replace'
  | 'attach'
  | 'forward'
  | 'http2'
  | 'fallback'
  | 'closing';

/** The forms in which a client may take headers: `Headers` is the class of fetch, `flat` is `[name, value, name, value]`. */
export type HeaderForm = 'object' | 'pairs' | 'Headers' | 'flat';

/** A caller's own headers, in one of the forms. */
export type OwnHeaders = Record<string, string> | [string, string][] | Headers | string[];

/** What a client may take as a body. */
export type UploadBody = string | Buffer | FormData | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** The ways in which a client talks to an API server. The suite tries each row of the fault table on each of them. */
export const PATHS = ['call', 'list', 'create', 'watch', 'log', 'exec'] as const;

/** One of {@link PATHS}. */
export type Path = (typeof PATHS)[number];

/** What a client of the suite finds around it. Everything happens in the namespace `default`. */
export interface World {
  readonly server: Pick<TestApiServer, 'origin'>;
  /** The service account volume, whose `root` is what a container would have as `/`. */
  readonly volume: Pick<ProjectedVolume, 'root' | 'tokenFile' | 'caFile'>;
  /** KUBERNETES_SERVICE_HOST and _PORT, as the kubelet would set them. They are in `process.env` too while connecting. */
  readonly env: Readonly<Record<'KUBERNETES_SERVICE_HOST' | 'KUBERNETES_SERVICE_PORT', string>>;
  /**
   * `in-cluster`: find everything as a pod does, from `env` and below `volume.root`. `token-file`: as a kubeconfig names
   * them, by `server.origin`, `volume.tokenFile` and `volume.caFile`; a token may be opaque then.
   */
  readonly kind: 'in-cluster' | 'token-file';
  /** Speak HTTP/2: for the ability `http2`. */
  readonly http2?: boolean;
  /** How much of a body may be recorded, bytes: for the ability `upload`. */
  readonly maxReplayBytes?: number;
  /** Heal a mount that is dead by a TokenRequest, with `fallbackSource`: for the ability `fallback`. */
  readonly fallback?: boolean;
}

/** A watch that goes on until it is stopped. */
export interface Watching {
  /** Resolves when the client gave up by itself: with the reason. It never resolves for a clean end, nor after `stop`. */
  readonly ended: Promise<unknown>;
  stop(): void;
}

/** Options of {@link Operations.watch}. */
export interface WatchOptions {
  /** To be sent to the server as the query parameter of that name: it ends each stream cleanly after so many seconds. */
  readonly timeoutSeconds?: number;
}

/** Options of {@link Operations.upload}. */
export interface UploadOptions {
  /** Default `POST`. */
  readonly method?: 'POST' | 'PATCH' | 'PUT';
  /** The pod; default: the pods. */
  readonly pod?: string;
  /** The content type. Default: JSON. */
  readonly type?: string;
}

/** What a client can do. Whatever the server answers but a success rejects, with the status in the error where there is one. */
export interface Operations {
  /** Gets this pod; resolves with its name. */
  call(pod: string): Promise<string>;
  /** Lists the pods; resolves with their names. */
  list(): Promise<readonly string[]>;
  /** Creates a pod of this name by POST, with an annotation `note` where one is given. */
  create(pod: string, note?: string): Promise<void>;
  /**
   * Follows the pods: tells each one it sees, those that exist at the start included, and opens the stream again when the
   * server ended it cleanly, by the client's own means (an informer) where it has such. Resolves when the first stream is
   * open, or at once where the client does not tell.
   */
  watch(onPod: (name: string) => void, options?: WatchOptions): Promise<Watching>;
  /** Reads the pod's log, without following it. */
  log(pod: string): Promise<string>;
  /** Follows the pod's log: tells each line. Optional: for S15. */
  followLog(pod: string, onLine: (line: string) => void): Promise<void>;
  /** Runs a command in the pod over a WebSocket; resolves with what it wrote to stdout. */
  exec(pod: string, command: readonly string[]): Promise<string>;
  /** Attaches to the pod over a WebSocket; resolves with what it wrote to stdout until it ended. Optional: for S7. */
  attach(pod: string): Promise<string>;
  /** Forwards a port of the pod, writes this to it; resolves once it has sent back as much. Optional: for S7. */
  forward(pod: string, input: string): Promise<void>;
  /** Gets `path` with these headers of the caller's own, in a form that it takes; resolves with the body. Optional: for S13. */
  getAs(path: string, headers: OwnHeaders): Promise<string>;
  /** Gets this pod unless the signal aborts, which rejects. Optional: for P4, P9, S12. */
  callUntil(pod: string, signal: AbortSignal): Promise<string>;
  /** Gives the pod an annotation `note`, by PATCH. Optional: for S4. */
  patch(pod: string, note: string): Promise<void>;
  /** Puts one with this annotation `note` in the pod's place, by PUT. Optional: for S4. */
  replace(pod: string, note: string): Promise<void>;
  /** Sends a body that the client did not make, to the pods by default. Optional: for S4, P9. */
  upload(body: UploadBody, options?: UploadOptions): Promise<void>;
  /** Gets what the pod itself serves, by `…/pods/<pod>/proxy/`; resolves with the body. Optional: for S14. */
  proxy(pod: string): Promise<string>;
}

/** A client that is connected to a world. It does no request of its own before the first operation. */
export interface Client extends Partial<Operations>, AsyncDisposable {}

/** One client library (with or without kubefresh) as the suite sees it. One file each, in `drivers/`. */
export interface Driver {
  /** Names the file of its results: lower case, digits and dashes. */
  readonly id: string;
  /** How people call it: `@kubernetes/client-node 2.0.1`. The same for a stock client and for ours on top of it. */
  readonly client: string;
  /** `kubefresh`: every case must pass. `stock`: the client as it comes; its failures are recorded, not asserted. */
  readonly flavour: 'kubefresh' | 'stock';
  /** The paths that it has. An operation of every one must be there. */
  readonly paths: readonly Path[];
  /** Why it has not the other paths, and what else it has not: rows that need one of these cannot apply, for this reason. */
  readonly lacks: Readonly<Partial<Record<Path | Ability, string>>>;
  /**
   * False for what cannot send a request again by itself: a 401 reaches the caller, and his next request has the right token.
   * The suite is that caller then. Default true.
   */
  readonly resends?: boolean;
  /** Rows that cannot apply to this client, each with the reason. `row` or `row/path`: `{ 'F3': '…', 'S1/exec': '…' }`. */
  readonly except?: Readonly<Record<string, string>> | undefined;
  /** Connects, synchronously or not. The token may be missing still. What is made here must end with the client's disposal. */
  connect(world: World): Client | Promise<Client>;
}

/** What no client has as it comes. */
export const STOCK_LACKS: Driver['lacks'] = {
  closing: 'it has nothing to close',
  explains403: 'it reports nothing',
  namesCA: 'it is told of no CA file',
};
