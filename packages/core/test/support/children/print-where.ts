import { inCluster } from '@kubefresh/core';

/** A program that knows nothing but its environment. */
const { origin, source, namespace } = inCluster();
console.log(JSON.stringify({ origin, namespace, jti: source.current().token.claims?.jti }));
