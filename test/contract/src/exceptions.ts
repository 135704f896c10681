/** A difference that is meant. One that explains nothing any more fails the test, so that this table stays true. */
export interface Exception {
  /** Titles of the cases. */
  readonly cases: RegExp;
  /** Paths into the answer. */
  readonly path: RegExp;
  readonly reason: string;
}

/** What the kit answers differently, and why it may. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    cases: /./,
    path: /^header x-kubernetes-pf-/,
    reason: 'The queue that a request waited in: for operators, and the kit has none.',
  },
  {
    cases: /./,
    path: /\.managedFields(?:$|[.[])/,
    reason: 'Who wrote which field: the kit keeps no such books, and its README says so.',
  },
  {
    cases: /./,
    path: /^header (?:content-length|transfer-encoding)$/,
    reason: 'Go sends in chunks what is over 2 KiB; the kit always says how long an answer is. HTTP hides which.',
  },
  {
    cases: /^a dead token: a create larger than what a server reads away$/,
    path: /^header connection$/,
    reason:
      'Go closes the connection rather than read over 256 KiB that nobody wants; the kit reads them and keeps it.',
  },
  {
    cases: /^(?:a dead token|anonymous): exec|^exec/,
    path: /^header connection$/,
    reason: 'Node cannot go on with HTTP after a refused upgrade: the kit ends the connection, and says so.',
  },
  {
    cases: /^SelfSubjectAccessReview/,
    path: /^status\.reason$/,
    reason: 'Names the binding that allows it, and the kit has no RBAC.',
  },
  {
    cases: /^one of the (?:core )?resources/,
    path: /\.(?:storageVersionHash|categories(?:\[0\])?)$/,
    reason: 'Discovery for kubectl and for storage migration: what a client of objects needs is there.',
  },
  {
    cases: /^the token subresource$/,
    path: /^resources/,
    reason: 'Discovery lists resources only: clients know the subresources of those that they know.',
  },
  {
    cases: /^list, a page that is none$/,
    path: /^message$/,
    reason: "The real message goes on in the words of Go's JSON parser.",
  },
  {
    cases: /^(?:list|watch) by a (?:label )?selector that is none$/,
    path: /^message$/,
    reason: "The words of the real server's parser; the status and the reason are the same.",
  },
  {
    cases: /^(?:list of pods|create of a pod|delete of a pod|patch of a status)$/,
    path: /^(?:items\[0\]\.)?(?:spec|status)(?:[.[]|$)/,
    reason: 'The kit stores pods as they were sent: defaults and the admission of service accounts are not imitated.',
  },
  {
    cases: /^create of another version$/,
    path: /^message$/,
    reason: "The real message goes on with a line number of the server's source.",
  },
  {
    cases: /^create of a list$/,
    path: /^message$/,
    reason: "The words of Go's JSON parser.",
  },
  {
    cases: /^create of a type that is not read$/,
    path: /^message$/,
    reason: 'The real server reads YAML and protobuf too; the kit says truthfully that it does not.',
  },
];
