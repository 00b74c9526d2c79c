import { expect, test } from 'vitest';
import { programOf } from './program-of.ts';

test('a User-Agent becomes the words a person knows it by', () => {
  const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36';
  expect(programOf(chrome)).toBe('Chrome on Windows');
  expect(programOf(`${chrome} Edg/142.0`)).toBe('Edge on Windows');
  expect(programOf(`${chrome} Electron/40.0`)).toBe('Desktop console on Windows');
  expect(programOf('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1')).toBe(
    'Safari on iOS',
  );
  expect(programOf('curl/8.5.0')).toBe('curl');
  expect(programOf('')).toBeNull();
});
