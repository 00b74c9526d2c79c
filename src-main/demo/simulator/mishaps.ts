import type { FaultName, Faults } from './faults.ts';
import { seededRandom } from './random.ts';

/** An answer that says nothing of any tracker. */
export interface Mishap {
  fault: FaultName;
  status: number;
  headers: Record<string, string>;
  body: string;
}

const html = '<html><head><title>Service Unavailable</title></head><body>We will be back soon.</body></html>';
const mishaps: readonly { fault: FaultName; status: number; retryAfter?: true; body: string; type?: string }[] = [
  { fault: 'status401', status: 401, body: '' },
  { fault: 'status541', status: 541, body: '' },
  { fault: 'status429', status: 429, retryAfter: true, body: '' },
  { fault: 'status503', status: 503, retryAfter: true, body: html, type: 'text/html' },
  { fault: 'status500', status: 500, body: '' },
  { fault: 'status504', status: 504, body: 'Anisette server not reachable', type: 'text/plain' },
  { fault: 'emptyAnswer', status: 200, body: '' },
  { fault: 'notJson', status: 200, body: html, type: 'text/html' },
];

/** Which mishap meets the request with this number, if any; each kind draws from a stream of its own. */
export function mishapOf(request: number, faults: Faults, seed: string | number): Mishap | null {
  for (const { fault, status, retryAfter, body, type } of mishaps) {
    if (!seededRandom(seed, fault, request).chance(faults[fault])) continue;
    const headers: Record<string, string> = { 'content-type': type ?? 'application/json' };
    if (retryAfter) headers['retry-after'] = String(faults.retryAfter);
    return { fault, status, headers, body };
  }
  return null;
}
