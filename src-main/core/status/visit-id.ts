import { createHash } from 'node:crypto';
import type { HistoryEntry } from '../../../src-shared/domain/status/types.ts';

/**
 * The id that ties a visit's enter to its leave: made of what the visit is, so that the same reports, fences and run
 * give the same id in whatever order they came, on any console. A UUID of version 8 (RFC 9562, section 5.8).
 */
export function visitId(trackerId: number, productionRunId: number | null, entry: HistoryEntry): string {
  const { status, locationId, cause } = entry;
  const hex = createHash('sha256')
    .update(JSON.stringify([trackerId, productionRunId, status, locationId, cause.at, cause.hash]))
    .digest('hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
