/**
 * The names that a README's examples use without making them, as declarations. A block that imports or declares such a name
 * itself has its own.
 */
export const FREE_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'README.md': {
    Agent: "typeof import('undici').Agent",
    axios: "import('axios').AxiosStatic",
    bearer: "typeof import('@kubefresh/core/undici').bearer",
    cluster: "import('@kubefresh/core').Cluster",
    presented: 'string',
    uid: 'string',
  },
  'packages/core/README.md': { source: "import('@kubefresh/core').CredentialSource" },
  'packages/client-node/README.md': {
    app: '{ get(path: string, answer: (request: unknown, response: { json(value: unknown): void }) => void): void }',
    keepFresh: "typeof import('@kubefresh/client-node').keepFresh",
    kubeConfig: "import('@kubernetes/client-node').KubeConfig",
    KubeConfig: "typeof import('@kubernetes/client-node').KubeConfig",
    log: '{ info(text: string): void }',
  },
  'packages/fluent-client/README.md': { keepFresh: "typeof import('@kubefresh/fluent-client').keepFresh" },
  'examples/hand-rolled/README.md': {
    axios: "import('axios').AxiosStatic",
    createAgent: "typeof import('@kubefresh/core/https').createAgent",
    https: "typeof import('node:https')",
    inCluster: "typeof import('@kubefresh/core').inCluster",
    readFileSync: "typeof import('node:fs').readFileSync",
  },
  'examples/token-request/README.md': {
    api: "import('@kubefresh/core/verify').ApiConnection",
    cluster: "import('@kubefresh/core').Cluster",
    headers: '{ authorization: string }',
    presented: 'string',
    tokenRequestSource: "typeof import('@kubefresh/core/token-request').tokenRequestSource",
    verifyToken: "typeof import('@kubefresh/core/verify').verifyToken",
  },
};
