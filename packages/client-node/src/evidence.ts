import type { IncomingHttpHeaders } from 'node:http';
import type { RejectionEvidence } from '@kubefresh/core';

/** What a refusing response tells the source about itself. */
export function evidenceOf(
  status: number,
  { date, 'audit-id': auditId }: IncomingHttpHeaders,
  origin: string,
  sentAt: number,
): RejectionEvidence {
  return {
    status,
    origin,
    sentAt,
    ...(date === undefined ? {} : { date }),
    ...(typeof auditId === 'string' ? { auditId } : {}),
  };
}
