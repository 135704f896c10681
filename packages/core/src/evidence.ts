import type { IncomingHttpHeaders } from 'node:http';
import type { RejectionEvidence } from './source/types.ts';

/** What a refusing response tells about itself. */
export function evidenceOf(
  status: number,
  headers: IncomingHttpHeaders,
  origin: string,
  sentAt: number,
): RejectionEvidence {
  const { date } = headers;
  const auditId = headers['audit-id'];
  return {
    status,
    origin,
    sentAt,
    ...(date === undefined ? {} : { date }),
    ...(typeof auditId === 'string' ? { auditId } : {}),
  };
}
