import { expect, test } from 'vitest';
import { safeTarget } from './safe-target.ts';

test('only an address of this console is followed after the login', () => {
  expect(safeTarget('/trackers?status=DELIVERED#x')).toBe('/trackers?status=DELIVERED#x');
  for (const text of [null, '', 'https://elsewhere', '//elsewhere', '/\\elsewhere', 'javascript:alert(1)'])
    expect(safeTarget(text)).toBe('/');
});
