import { expect, it } from 'vitest';
import { resourcePath } from './resource-path.ts';

it('leads to what a job works on, and to the result of an import', () => {
  const resource = { type: 'key-batch', id: 7 };
  expect(resourcePath({ id: 1, kind: 'key-generation', resource, result: null })).toBe('/key-batches/7');
  const imported = { id: 2, kind: 'manufactured-device-import', resource } as const;
  expect(resourcePath({ ...imported, result: { dryRun: true } })).toBe('/key-batches/7?tab=import&check=2');
  expect(resourcePath({ ...imported, result: { dryRun: false } })).toBe('/key-batches/7?tab=import&import=2');
  expect(resourcePath({ id: 3, kind: 'refold', resource: null, result: null })).toBeNull();
  expect(resourcePath({ id: 3, kind: 'refold', resource: { type: 'geofence', id: 1 }, result: null })).toBeNull();
});
