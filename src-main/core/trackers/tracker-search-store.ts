import sql, { join, type Sql } from 'sql-template-tag';
import { normaliseMac } from '../../../src-shared/domain/mac-address.ts';
import { readSerial } from '../../../src-shared/domain/serial-number.ts';
import { clientOf, ownClient } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';

/** What a person typed, as the ranges of columns that it may stand for. */
export interface SearchTerms {
  /** A whole address. */
  mac: string | null;
  /** First and last address that begin with the digits. */
  macRange: [string, string] | null;
  /** The digits backwards, lower case: an address ends with them, or has them in the middle. */
  macReversed: string | null;
  /** Beginning of a serial number, lower case. */
  serial: string;
  /** What the text is when an export profile of ours had it printed. */
  printed: { prefix: string; trackerId: number }[];
  /** Beginnings of a key or hashed key that the text may be. */
  keys: KeyTerm[];
}

export interface KeyTerm {
  /** How the column is written for the comparison with `text`. */
  encoding: 'base64' | 'hex';
  text: string;
  /** The range of bytes that the text falls in. */
  from: Uint8Array;
  before: Uint8Array | null;
}

/** Reads a search text: a MAC address or a part of one in any notation, a serial number, or a key or hashed key. */
export function searchTerms(text: string): SearchTerms {
  const mac = normaliseMac(text);
  const digits = text.replace(/[:\-. _]/g, '').toLowerCase();
  const isPart = mac === null && /^[0-9a-f]{1,11}$/.test(digits);
  return {
    mac,
    macRange: isPart ? [digits.padEnd(12, '0'), digits.padEnd(12, 'f')] : null,
    macReversed: isPart ? [...digits].reverse().join('') : null,
    serial: text.toLowerCase(),
    printed: readSerial(text),
    keys: [base64Term(text), hexTerm(text)].filter((term) => term !== null),
  };
}

/** Shorter texts are something else. */
const MIN_KEY_LENGTH = 6;

/** Base64 with the usual alphabet or that of addresses, padded or not. */
function base64Term(text: string): KeyTerm | null {
  if (!/^[A-Za-z0-9+/_-]+=*$/.test(text)) return null;
  const base64 = text.replaceAll('=', '').replaceAll('-', '+').replaceAll('_', '/');
  if (base64.length < MIN_KEY_LENGTH || base64.length > 43) return null;
  // Four characters are three bytes; the bits of a byte that is cut are compared as text.
  return keyTerm('base64', base64, Buffer.from(base64, 'base64').subarray(0, Math.floor((base64.length * 6) / 8)));
}

/** Digits in any case, with the spaces, colons or dashes that programs print between them, and an 0x before. */
function hexTerm(text: string): KeyTerm | null {
  const hex = text
    .replace(/^0x/i, '')
    .replace(/[:\- ]/g, '')
    .toLowerCase();
  if (!/^[0-9a-f]+$/.test(hex) || hex.length < MIN_KEY_LENGTH || hex.length > 64) return null;
  return keyTerm('hex', hex, Buffer.from(hex.slice(0, hex.length & ~1), 'hex'));
}

const keyTerm = (encoding: KeyTerm['encoding'], text: string, from: Uint8Array): KeyTerm => ({
  encoding,
  text,
  from,
  before: successor(from),
});

/** The first byte string after all that begin with these bytes; null when there is none. */
function successor(bytes: Uint8Array): Uint8Array | null {
  const end = bytes.findLastIndex((byte) => byte !== 0xff);
  if (end < 0) return null;
  const next = Buffer.from(bytes.subarray(0, end + 1));
  next[end]! += 1;
  return next;
}

/** Characters that no text goes on with, so that `prefix || last` ends the range of a prefix. */
const LAST = '\u{10ffff}';

/**
 * CTEs `hits(id)` and `found(id)` with the trackers that a text may mean. Every part of `hits` is a range of an index,
 * so it takes milliseconds among a million. Digits from the middle of an address have no index: those are looked for
 * (in about half a second) only when nothing else was found. For a client's user labels are looked for below row level
 * security, which keeps queries from indexes on expressions.
 */
export function searchCtes(text: string, own: Sql, isClient: boolean): Sql {
  const terms = searchTerms(text);
  const middle = terms.macReversed
    ? sql`select t.id from trackers t where not exists (select from hits) and ${reversed} like ${`%${terms.macReversed}%`} and ${own}`
    : sql`select id from hits where false`;
  return sql`hits as materialized (${join(searches(text, terms, own, isClient), ' union ')}),
    found as materialized (select id from hits union all ${middle})`;
}

/** More than anybody looks through or selects: how many more there are isn't counted. */
export const MANY_FOUND = 10_000;

/** Whether a text, as the beginning of most serial numbers, finds so many that finding them all would take seconds. */
export async function findsMany(tx: Transaction, text: string | undefined, most = MANY_FOUND): Promise<boolean> {
  if (!text) return false;
  const all = searches(text, searchTerms(text), ownClient(tx, 't.client_id'), clientOf(tx) !== null);
  const { rows } = await tx.query<{ found: number }>(sql`
    select count(*) as found from (select from (${join(all, ' union all ')}) hits limit ${most + 1}) capped`);
  return rows[0]!.found > most;
}

/** What `hits` looks for, asked of one tracker `t` with its status `s`: where many are found, reading on from anywhere finds them. */
export function foundByText(text: string): Sql {
  const terms = searchTerms(text);
  const { ofTracker, ofPeriod, ofKey } = partsOf(text, terms);
  const parts = [
    ...labelsOf(terms),
    ...ofTracker,
    sql`exists (select from run_periods w where w.id = s.run_period_id and w.voided_at is null and (${join(ofPeriod, ' or ')}))`,
    ...(ofKey.length === 0
      ? []
      : [sql`exists (select from device_keys k where k.tracker_id = t.id and (${join(ofKey, ' or ')}))`]),
  ];
  return sql`(${join(parts, ' or ')})`;
}

const reversed = sql`reverse(replace(t.mac_address::text, ':', ''))`;

/** What is printed on a tracker `t`. */
const labelsOf = ({ serial, macRange, macReversed }: SearchTerms): Sql[] => [
  prefixed(sql`lower(t.serial_number)`, serial),
  ...(macRange ? [sql`t.mac_address between ${macRange[0]}::macaddr and ${macRange[1]}::macaddr`] : []),
  ...(macReversed ? [prefixed(reversed, macReversed)] : []),
];

/** What a text may mean beside labels, of a tracker `t`, its present period `w` and a key `k`. */
function partsOf(text: string, terms: SearchTerms) {
  const lower = text.toLowerCase();
  return {
    ofTracker: [
      ...(terms.mac === null
        ? []
        : [
            sql`(t.mac_address = ${terms.mac}::macaddr)`,
            sql`(t.broadcast_address = ${terms.mac}::macaddr and t.mac_address is null)`,
          ]),
      ...terms.printed.map(printed),
    ],
    ofPeriod: [
      sql`w.name is not null and ${prefixed(sql`lower(w.name)`, lower)}`,
      sql`w.goods_reference is not null and ${prefixed(sql`lower(w.goods_reference)`, lower)}`,
      sql`w.tags @> ${[lower]}::text[] and w.tags <> '{}'`,
    ],
    ofKey: terms.keys.flatMap((key) => [
      keyed(sql`k.hashed_advertisement_key`, key),
      keyed(sql`k.advertisement_key`, key),
    ]),
  };
}

/** Each way that a text may find a tracker, as a query of its ids by an index. */
function searches(text: string, terms: SearchTerms, own: Sql, isClient: boolean): Sql[] {
  const [macFrom, macThrough] = terms.macRange ?? [null, null];
  const ofTrackers = (parts: readonly Sql[]) =>
    parts.map((part) => sql`select t.id from trackers t where ${part} and ${own}`);
  const { ofTracker, ofPeriod, ofKey } = partsOf(text, terms);
  return [
    ...(isClient
      ? [
          sql`select own_trackers_labelled(${terms.serial}::text, ${macFrom}::macaddr, ${macThrough}::macaddr, ${terms.macReversed}::text) as id`,
        ]
      : ofTrackers(labelsOf(terms))),
    ...ofTrackers(ofTracker),
    // What the present period says; planned ones and those that ended say nothing of it now.
    ...ofPeriod.map(
      (
        part,
      ) => sql`select t.id from run_periods w join tracker_status s on s.tracker_id = w.tracker_id and s.run_period_id = w.id
        join trackers t on t.id = w.tracker_id where w.voided_at is null and ${part} and ${own}`,
    ),
    ...ofKey.map(
      (part) =>
        sql`select t.id from trackers t where ${own} and t.id = any(array(select k.tracker_id from device_keys k where ${part}))`,
    ),
  ];
}

const prefixed = (column: Sql, prefix: string): Sql =>
  sql`(${column} ~>=~ ${prefix} and ${column} ~<~ ${prefix + LAST})`;

/** Only what an export had printed: any digits with the right check digits would name a tracker otherwise. */
const printed = ({ prefix, trackerId }: SearchTerms['printed'][number]): Sql =>
  sql`(t.id = ${trackerId}::bigint and exists (
    select from manufacturer_exports e
    where e.key_batch_id = t.key_batch_id and t.id > e.after_id and t.id <= e.through_id
      and upper(e.profile->>'serialPrefix') = upper(${prefix})
      and e.profile->'columns' @> '[{"field": "serialNumber"}]'))`;

const keyed = (column: Sql, { encoding, text, from, before }: KeyTerm): Sql =>
  sql`(${column} >= ${from}::bytea and ${before === null ? sql`true` : sql`${column} < ${before}::bytea`}
    and starts_with(encode(${column}, ${encoding}), ${text}))`;
