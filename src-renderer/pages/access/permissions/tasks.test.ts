import { expect, test } from 'vitest';
import type { RouteSpec } from '../../../../src-shared/contract/route.ts';
import { routes } from '../../../../src-shared/contract/routes.ts';
import { tasks } from '../../../strings/permissions.ts';
import { extentOf, taskOf } from './tasks.ts';

const operations = (Object.entries(routes) as unknown as [string, RouteSpec][]).map(([operation, spec]) => ({
  operation,
  method: spec.method,
  tag: spec.tag,
  public: spec.access === 'public',
  roles: spec.access === 'public' ? [] : [...spec.access],
}));
const extent = (task: string, role: string) =>
  extentOf(
    operations.filter((operation) => taskOf(operation) === task),
    role,
  );

test('every operation is part of a task, and every task has operations', () => {
  expect(operations.filter((operation) => taskOf(operation) === null).map(({ operation }) => operation)).toEqual([]);
  expect(new Set(operations.map(taskOf))).toEqual(new Set(Object.keys(tasks)));
});

test('a task says what a role may do of it: all, some or nothing', () => {
  expect(extent('scan', 'warehouse')).toBe('all');
  expect(extent('changeOrders', 'warehouse')).toBe('none');
  expect(extent('changeOrders', 'operations')).toBe('all');
  expect(extent('exportPrivateKeys', 'operations')).toBe('none');
  expect(extent('exportPrivateKeys', 'admin')).toBe('all');
  expect(extent('seeTrackers', 'client-viewer')).toBe('some');
});
