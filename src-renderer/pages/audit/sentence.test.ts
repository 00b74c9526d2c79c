import { expect, test } from 'vitest';
import type { RouteSpec } from '../../../src-shared/contract/route.ts';
import { routes } from '../../../src-shared/contract/routes.ts';
import { deeds } from '../../strings/audit-deeds.ts';
import { sentenceOf } from './sentence.ts';

type Entry = Parameters<typeof sentenceOf>[0];
const entry = (action: string, details: object, about: [string, string] | [] = []): Entry => ({
  actor: 'olena',
  actorName: 'Olena',
  action,
  details: details as Entry['details'],
  resourceType: about[0] ?? null,
  resourceId: about[1] ?? null,
});
const text = (of: Entry) =>
  sentenceOf(of)
    .map((part) => part.text)
    .join('');

test('a change says which field of what, from what to what, and links to it', () => {
  const change = entry('customerOrder.update', { dueDate: { from: '2026-12-01', to: '2026-12-24' } }, [
    'customer-order',
    '22',
  ]);
  expect(text(change)).toBe('Olena changed the due date of ORD-000022 from 2026-12-01 to 2026-12-24');
  expect(sentenceOf(change)).toContainEqual({ text: 'ORD-000022', to: '/orders/22' });
});

test('several fields are listed, and who archives says so', () => {
  const changes = { name: { from: 'Acme', to: 'Acme AG' }, notes: { from: '', to: 'x'.repeat(80) } };
  expect(text(entry('client.update', changes, ['client', '7']))).toBe(
    `Olena changed client “Acme AG”: name from Acme to Acme AG, notes from none to ${'x'.repeat(60)}…`,
  );
  const archived = { archivedAt: { from: null, to: '2026-11-23T08:15:00.000Z' } };
  expect(text(entry('client.update', archived, ['client', '7']))).toBe('Olena archived client 7');
  expect(text(entry('client.update', { archivedAt: { from: 'x', to: null } }, ['client', '7']))).toBe(
    'Olena restored client 7',
  );
});

test('deeds name what they were done to', () => {
  const scan = { macAddress: 'C0:AA', outcome: 'allocated' };
  expect(text(entry('allocation.scan', scan, ['customer-order', '3']))).toBe(
    'Olena scanned C0:AA into ORD-000003: allocated',
  );
  expect(text({ ...entry('keys.locked', {}), actor: null, actorName: null })).toMatch(/^The console /);
});

test('every audited route that doesn’t just change fields has words', () => {
  const audited = (Object.values(routes) as unknown as RouteSpec[]).flatMap((spec) => spec.audited ?? []);
  const wordless = audited.filter((action) => deeds[action] === undefined && !/\.(update|settings)$/.test(action));
  expect(wordless).toEqual([]);
});
