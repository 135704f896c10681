import type { IncomingHttpHeaders } from 'node:http';
import type { RejectionEvidence } from '@kubefresh/core';

/** What a 401 tells the source about itself. */
export function evidenceOf(
  { date, 'audit-id': auditId }: IncomingHttpHeaders,
  origin: string,
  sentAt: number,
): RejectionEvidence {
  return {
    status: 401,
    origin,
    sentAt,
    ...(date === undefined ? {} : { date }),
    ...(typeof auditId === 'string' ? { auditId } : {}),
  };
}
