import { expect, it } from 'vitest';
import { normaliseMac } from '../../../../src-shared/domain/mac-address.ts';
import { bareCode } from './scanner-text.ts';

it('takes off a prefix and a suffix where they are, and leaves the rest alone', () => {
  const scanner = { prefix: ']C1', suffix: '#9' };
  expect(bareCode(']C1AABBCCDDEEFF#9', scanner)).toBe('AABBCCDDEEFF');
  expect(bareCode('AABBCCDDEEFF', scanner)).toBe('AABBCCDDEEFF');
  expect(bareCode(' AABBCCDDEEFF ', undefined)).toBe('AABBCCDDEEFF');
  // Letters that would be read as digits of the address make it unreadable unless they are known.
  const joined = 'EAABBCCDDEEFFA';
  expect(normaliseMac(joined)).toBeNull();
  expect(normaliseMac(bareCode(joined, { prefix: 'E', suffix: 'A' }))).toBe('AA:BB:CC:DD:EE:FF');
});
