/** One line of the audit log (`audit.k8s.io/v1 Event`), the members that tests look at. */
export interface AuditEvent {
  /** The `Audit-Id` of the response. */
  readonly auditID: string;
  /** `ResponseStarted` comes only with long-running requests (watch, exec, followed log). */
  readonly stage: 'ResponseStarted' | 'ResponseComplete' | 'Panic';
  /** Path and query. */
  readonly requestURI: string;
  readonly verb: string;
  /** Empty if authentication failed: a 401 has no user. */
  readonly user: {
    readonly username?: string;
    readonly uid?: string;
    readonly groups?: readonly string[];
    /** E.g. `authentication.kubernetes.io/credential-id: ['JTI=…']`, `…/pod-name`. */
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  readonly sourceIPs?: readonly string[];
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly resource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly apiGroup?: string;
    readonly apiVersion?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code: number; readonly reason?: string; readonly message?: string };
  /** ISO time with microseconds. */
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  /** E.g. `authentication.k8s.io/stale-token`, `authentication.k8s.io/issued-credential-id`. */
  readonly annotations?: Readonly<Record<string, string>>;
}
