import type { AuditEntry } from '../../../src-shared/contract/audit.ts';
import { orderNumber } from '../../../src-shared/domain/order-number.ts';
import { deeds, things, auditWords as words } from '../../strings/audit-deeds.ts';

/** A piece of a sentence; with `to`, a link. */
export interface Part {
  text: string;
  to?: string;
}
type Entry = Pick<AuditEntry, 'action' | 'resourceType' | 'resourceId' | 'details' | 'actor' | 'actorName'>;
type Change = readonly [field: string, from: unknown, to: unknown];

/** An entry as a sentence: “Olena changed the due date of ORD-000022 from 2026-12-01 to 2026-12-24”. */
export function sentenceOf(entry: Entry): Part[] {
  const who = entry.actorName ?? entry.actor ?? words.console;
  return [{ text: `${who} ` }, ...deedOf(entry)];
}

function deedOf(entry: Entry): Part[] {
  const template = deeds[entry.action];
  if (template !== undefined) return filled(template, entry);
  const it = thingOf(entry);
  const changes = changesIn(entry.details);
  const [only] = changes;
  if (only === undefined) return [{ text: `${words.nothing}: ` }, it];
  const [field, from, to] = only;
  if (changes.length > 1) {
    const list = changes.map(([name, was, is]) => `${inWords(name)} ${fromTo(was, is)}`).join(', ');
    return [{ text: `${words.changed} ` }, it, { text: `: ${list}` }];
  }
  if (field === 'archivedAt') return [{ text: `${to === null ? words.restored : words.archived} ` }, it];
  return [
    { text: `${words.changed} ${words.the} ${inWords(field)} ${words.of} ` },
    it,
    { text: ` ${fromTo(from, to)}` },
  ];
}

/** The words of a deed with what they name; details that are missing are left out. */
function filled(template: string, entry: Entry): Part[] {
  return template.split(/(\{\w+\})/).flatMap((piece): Part[] => {
    const [, name] = /^\{(\w+)\}$/.exec(piece) ?? [];
    if (name === 'it') return [thingOf(entry)];
    if (name !== undefined) return [{ text: textOf(entry.details[name]) }];
    return piece === '' ? [] : [{ text: piece }];
  });
}

/** `{ quantity: { from: 5, to: 9 } }` */
const changesIn = (details: Record<string, unknown>): Change[] =>
  Object.entries(details).flatMap(([field, change]): Change[] =>
    typeof change === 'object' && change !== null && 'from' in change && 'to' in change
      ? [[field, change.from, change.to]]
      : [],
  );

/** `dueDate` is “due date”. */
const inWords = (field: string) => field.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`).trim();
const fromTo = (from: unknown, to: unknown) => `${words.from} ${textOf(from)} ${words.to} ${textOf(to)}`;
const LONGEST = 60;

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return words.nothingThere;
  if (Array.isArray(value))
    return value.length <= 3 ? value.map(textOf).join(', ') || words.nothingThere : words.places(value.length);
  if (typeof value === 'object') {
    const { name, coordinates } = value as { name?: unknown; coordinates?: unknown };
    if (Array.isArray(coordinates)) return [...coordinates].reverse().join(', ');
    return typeof name === 'string' ? name : JSON.stringify(value).slice(0, LONGEST);
  }
  const text = String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** What an entry is about, by the name that people know it by, with the page that shows it. */
function thingOf({ resourceType: type, resourceId: id, details }: Entry): Part {
  if (type === null) return { text: '' };
  const noun = things[type] ?? type.replaceAll('-', ' ');
  const to = id === null ? null : linkOf(type, id);
  const link = to === null ? {} : { to };
  if (type === 'customer-order' && id !== null) return { text: orderNumber(Number(id)), ...link };
  const name = nameIn(details);
  if (name !== null) return { text: `${noun} “${name}”`, ...link };
  return { text: id === null || !/^\d+$/.test(id) ? noun : `${noun} ${id}`, ...link };
}

function nameIn({ name, username, label }: Record<string, unknown>): string | null {
  if (typeof name === 'object' && name !== null && 'to' in name) return String(name.to);
  const said = [name, username, label].find((each) => typeof each === 'string');
  return typeof said === 'string' ? said : null;
}

const pages: Readonly<Record<string, (id: string) => string>> = {
  'customer-order': (id) => `/orders/${id}`,
  client: (id) => `/clients?clientId=${id}`,
  'production-run': (id) => `/production-runs/${id}`,
  manufacturer: (id) => `/manufacturers/${id}`,
  'key-batch': (id) => `/key-batches/${id}`,
  tracker: (id) => `/trackers/${id}`,
  'storage-location': (id) => `/locations?kind=storage&location=${id}`,
  'delivery-location': (id) => `/locations?kind=delivery&location=${id}`,
  'report-source': () => '/fetcher',
  fetcher: () => '/fetcher',
  user: () => '/users',
};
const linkOf = (type: string, id: string): string | null => (/^\d+$/.test(id) ? (pages[type]?.(id) ?? null) : null);
