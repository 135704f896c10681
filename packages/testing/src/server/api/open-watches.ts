import type { WatchStream } from './watch-stream.ts';

/** The watches that are open and want bookmarks. */
export class OpenWatches {
  readonly #streams = new Set<WatchStream>();

  add(stream: WatchStream): void {
    this.#streams.add(stream);
    stream.onClose(() => this.#streams.delete(stream));
  }

  sendBookmarks(): void {
    for (const stream of this.#streams) stream.bookmark();
  }
}
