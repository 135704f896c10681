/** What the kubelet gets when it asks for a pod's token. */
export type TokenPlan =
  /** What the API server answers, unchanged: the kubelet renews by its own rule. */
  | { readonly kind: 'natural' }
  /** A real token of the API server's, the same again until the number rises: the test says when it rotates. */
  | { readonly kind: 'held'; readonly rotation: number }
  /** This text in place of a token, whatever it is. */
  | { readonly kind: 'text'; readonly text: string }
  /** A failure of this HTTP status. */
  | { readonly kind: 'refused'; readonly status: number };

/** Which plan applies to which pod. Those without one are held at their first token. */
export class TokenPlans {
  readonly #plans = new Map<string, TokenPlan>();
  readonly #naturalNamespaces = new Set<string>();
  #rotations = 0;

  /** The plan of a pod. */
  of(namespace: string, pod: string): TokenPlan {
    const byNamespace = this.#naturalNamespaces.has(namespace) ? { kind: 'natural' as const } : undefined;
    return this.#plans.get(`${namespace}/${pod}`) ?? byNamespace ?? { kind: 'held', rotation: 0 };
  }

  /** Sets the plan of a pod, which may not exist yet. */
  set(namespace: string, pod: string, plan: TokenPlan): void {
    this.#plans.set(`${namespace}/${pod}`, plan);
  }

  /** Has a pod get a fresh token once, and keep that. */
  rotate(namespace: string, pod: string): void {
    this.#rotations += 1;
    this.set(namespace, pod, { kind: 'held', rotation: this.#rotations });
  }

  /** Leaves the pods of a namespace to the kubelet's own rule; for those whose names a Deployment chooses. */
  beNatural(namespace: string): void {
    this.#naturalNamespaces.add(namespace);
  }
}
