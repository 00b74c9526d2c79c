import { z } from 'zod';
import { failed, statusFailure } from './http.ts';
import { type FetchAnswer, MAX_KEPT_BYTES, type MalformedEntry, type SourceReport } from './source.ts';

const statusCode = z.union([z.string(), z.number()]).transform(String).optional();
const MAX_KEY = 100;
const MAX_BASE64 = 4000;
const hashedKey = z.string().min(1).max(MAX_KEY);

const olderSchema = z.object({ results: z.array(z.unknown()), statusCode }).loose();

/** Checked by hand: an answer has thousands of entries, and a schema takes ten times as long. */
function isOlderResult(item: unknown): item is { id: string; payload: string; datePublished?: unknown } {
  if (typeof item !== 'object' || item === null) return false;
  const { id, payload } = item as { id?: unknown; payload?: unknown };
  return isText(id, MAX_KEY) && id !== '' && isText(payload, MAX_BASE64);
}
const isText = (value: unknown, most: number): value is string => typeof value === 'string' && value.length <= most;

const newerSchema = z
  .object({ acsnLocations: z.object({ statusCode, locationPayload: z.array(z.unknown()).default([]) }).loose() })
  .loose();
const newerEntry = z.object({ id: hashedKey, locationInfo: z.array(z.unknown()) }).loose();

/** The older form; the haystack endpoint answers it too. */
export function parseOlderAnswer(value: unknown): FetchAnswer {
  if (value === undefined) return { kind: 'empty' };
  const answer = olderSchema.safeParse(value);
  if (!answer.success) return refused(value);
  const code = otherThan200(answer.data.statusCode);
  if (code !== null) return statusFailure(code, null);
  const reports: SourceReport[] = [];
  const malformed: MalformedEntry[] = [];
  for (const item of answer.data.results) {
    // A result of the wrong form doesn't stop the others.
    if (!isOlderResult(item)) malformed.push(asMalformed(item));
    else reports.push(toReport(item.id, item.payload, item.datePublished));
  }
  return { kind: 'reports', reports, malformed };
}

/** The newer form: payloads grouped by key, without publication dates. */
export function parseNewerAnswer(value: unknown): FetchAnswer {
  if (value === undefined) return { kind: 'empty' };
  const answer = newerSchema.safeParse(value);
  if (!answer.success) return refused(value);
  const code = otherThan200(answer.data.acsnLocations.statusCode);
  if (code !== null) return statusFailure(code, null);
  const reports: SourceReport[] = [];
  const malformed: MalformedEntry[] = [];
  for (const item of answer.data.acsnLocations.locationPayload) {
    const entry = newerEntry.safeParse(item);
    if (!entry.success) {
      malformed.push(asMalformed(item));
      continue;
    }
    for (const payload of entry.data.locationInfo) {
      if (isText(payload, MAX_BASE64)) reports.push(toReport(entry.data.id, payload, undefined));
      else malformed.push(asMalformed({ id: entry.data.id, locationInfo: payload }));
    }
  }
  return { kind: 'reports', reports, malformed };
}

function asMalformed(item: unknown): MalformedEntry {
  const named = z.object({ id: hashedKey }).safeParse(item);
  const content = Buffer.from(JSON.stringify(item) ?? '', 'utf8').subarray(0, MAX_KEPT_BYTES);
  return { id: named.success ? named.data.id : null, content: new Uint8Array(content) };
}

function toReport(id: string, payload: string, datePublished: unknown): SourceReport {
  // Optional, and missing since March 2026.
  const plausible = typeof datePublished === 'number' && datePublished > 0 && datePublished < 4e12;
  return {
    id,
    payload: Buffer.from(payload, 'base64'),
    publishedAt: plausible ? new Date(datePublished) : null,
  };
}

function otherThan200(code: string | undefined): number | null {
  if (code === undefined || code === '200') return null;
  const status = Number(code);
  return Number.isInteger(status) && status >= 100 && status <= 599 ? status : 500;
}

function refused(value: unknown): FetchAnswer {
  const code = z.object({ statusCode: z.union([z.string(), z.number()]).transform(String) }).safeParse(value);
  const status = code.success ? otherThan200(code.data.statusCode) : null;
  if (status !== null) return statusFailure(status, null);
  return failed('bad-answer', 'The answer is JSON, but not of the form that this kind of source gives.', 200);
}
