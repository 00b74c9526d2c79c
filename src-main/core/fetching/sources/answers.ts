import { z } from 'zod';
import { type Asked, failed, statusFailure } from './failures.ts';
import { type FetchAnswer, MAX_KEPT_BYTES, type MalformedEntry, type SourceReport } from './source.ts';

/** 32 bytes in base64 or its URL-safe form, with or without padding. */
const HASH = /^([A-Za-z0-9+/_-]{43})=?$/;

/** An id as it is asked for: services also write it URL-safe, without padding, or with a newline. */
function canonicalId(id: string): string {
  const hash = HASH.exec(id.replace(/\s/g, ''));
  return hash ? `${hash[1]!.replaceAll('-', '+').replaceAll('_', '/')}=` : id;
}

const statusCode = z.union([z.string(), z.number()]).transform(String).optional();
const MAX_KEY = 100;
const MAX_BASE64 = 4000;
const hashedKey = z.string().min(1).max(MAX_KEY).transform(canonicalId);

/** Some services say null where there is nothing. */
const olderSchema = z.object({ results: z.array(z.unknown()).nullable(), statusCode }).loose();

/** Checked by hand: an answer has thousands of entries, and a schema takes ten times as long. */
function isOlderResult(item: unknown): item is { id: string; payload: string; datePublished?: unknown } {
  if (typeof item !== 'object' || item === null) return false;
  const { id, payload } = item as { id?: unknown; payload?: unknown };
  return isText(id, MAX_KEY) && id !== '' && isText(payload, MAX_BASE64);
}
const isText = (value: unknown, most: number): value is string => typeof value === 'string' && value.length <= most;

const newerSchema = z
  .object({ acsnLocations: z.object({ statusCode, locationPayload: z.array(z.unknown()).nullish() }).loose() })
  .loose();
const newerEntry = z.object({ id: hashedKey, locationInfo: z.array(z.unknown()) }).loose();

/** The older form; the haystack endpoint answers it too. */
export function parseOlderAnswer(value: unknown, asked: Asked): FetchAnswer {
  if (value === undefined) return { kind: 'empty' };
  const answer = olderSchema.safeParse(value);
  if (!answer.success) return refused(value, asked);
  const code = otherThan200(answer.data.statusCode);
  if (code !== null) return statusFailure(code, asked, null);
  const reports: SourceReport[] = [];
  const malformed: MalformedEntry[] = [];
  for (const item of answer.data.results ?? []) {
    // A result of the wrong form doesn't stop the others.
    if (!isOlderResult(item)) malformed.push(asMalformed(item));
    else reports.push(toReport(item.id, item.payload, item.datePublished));
  }
  return { kind: 'reports', reports, malformed };
}

/** The newer form: payloads grouped by key, without publication dates. */
export function parseNewerAnswer(value: unknown, asked: Asked): FetchAnswer {
  if (value === undefined) return { kind: 'empty' };
  const answer = newerSchema.safeParse(value);
  if (!answer.success) return refused(value, asked);
  const code = otherThan200(answer.data.acsnLocations.statusCode);
  if (code !== null) return statusFailure(code, asked, null);
  const reports: SourceReport[] = [];
  const malformed: MalformedEntry[] = [];
  for (const item of answer.data.acsnLocations.locationPayload ?? []) {
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
    id: canonicalId(id),
    payload: Buffer.from(payload, 'base64'),
    publishedAt: plausible ? new Date(datePublished) : null,
  };
}

function otherThan200(code: string | undefined): number | null {
  if (code === undefined || code === '200') return null;
  const status = Number(code);
  return Number.isInteger(status) && status >= 100 && status <= 599 ? status : 500;
}

function refused(value: unknown, asked: Asked): FetchAnswer {
  const code = z.object({ statusCode: z.union([z.string(), z.number()]).transform(String) }).safeParse(value);
  const status = code.success ? otherThan200(code.data.statusCode) : null;
  if (status !== null) return statusFailure(status, asked, null);
  return failed('bad-answer', 'The answer is JSON, but not in the format of this kind of source.', 200);
}
