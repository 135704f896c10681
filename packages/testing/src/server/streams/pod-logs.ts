type Follower = { readonly line: (text: string) => void; readonly end: () => void };

/** The logs of pods, by `<namespace>/<name>`. */
export class PodLogs {
  readonly #lines = new Map<string, string[]>();
  readonly #ended = new Set<string>();
  readonly #followers = new Map<string, Set<Follower>>();

  append(pod: string, line: string): void {
    this.#ended.delete(pod);
    this.lines(pod).push(line);
    for (const follower of this.#followers.get(pod) ?? []) follower.line(line);
  }

  end(pod: string): void {
    this.#ended.add(pod);
    for (const follower of [...(this.#followers.get(pod) ?? [])]) follower.end();
  }

  lines(pod: string): string[] {
    const lines = this.#lines.get(pod) ?? [];
    this.#lines.set(pod, lines);
    return lines;
  }

  /** Calls back for each further line and at the end; the result stops that. */
  follow(pod: string, follower: Follower): () => void {
    if (this.#ended.has(pod)) follower.end();
    const followers = this.#followers.get(pod) ?? new Set();
    this.#followers.set(pod, followers.add(follower));
    return () => followers.delete(follower);
  }
}
