/** What the keeper tells `up` while it starts a cluster. */
export type KeeperMessage =
  | { readonly kind: 'progress'; readonly line: string }
  | { readonly kind: 'ready'; readonly id: string }
  | { readonly kind: 'failed'; readonly message: string };
