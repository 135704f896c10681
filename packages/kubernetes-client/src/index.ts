/**
 * Fresh service-account credentials for kubernetes-client (godaddy) and @cloudnativetoolkit/kubernetes-client.
 * @packageDocumentation
 */
export type { FreshBackend } from './backend.ts';
export type { ClientName } from './client.ts';
export type { Answer, Call, ExecAnswer } from './client-parts.ts';
export { type KubernetesClientOptions, keepFresh } from './keep-fresh.ts';
