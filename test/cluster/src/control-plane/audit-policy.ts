/**
 * What the API server writes to its audit log: every request, when it is answered, and when a long one starts; no
 * bodies, for those hold tokens.
 */
export const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    // The fixture asks these all the time while it waits; they would drown the rest.
    { level: 'None', nonResourceURLs: ['/readyz*', '/livez*', '/metrics'] },
    // Leases are renewed for ever by machinery.
    { level: 'None', resources: [{ group: 'coordination.k8s.io' }] },
    { level: 'Metadata' },
  ],
};
