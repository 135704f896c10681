/** Options of `keepFresh` and `install`. */
export interface FreshOptions {
  /**
   * How long a request waits for a token file that is not there yet, ms, before it fails with CredentialUnavailableError.
   * Default 10,000: a sidecar or CSI driver may write it a few seconds after the container has started.
   */
  readonly startupWait?: number;
  /** How often token files are looked at should no file event come, ms. Default 10,000; see `volumeSource` of core. */
  readonly pollInterval?: number;
}
