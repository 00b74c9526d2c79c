import { describe, expect, it } from 'vitest';
import { acceptedCodings, hasTag } from './content-coding.ts';

describe('content codings', () => {
  it.each([
    [null, []],
    ['', []],
    ['gzip, deflate, br, zstd', ['br', 'gzip']],
    ['gzip', ['gzip']],
    ['GZIP;Q=0.5 , BR ; q=1.000', ['br', 'gzip']],
    ['br;q=0, *', ['gzip']],
    ['*', ['br', 'gzip']],
    ['*;q=0', []],
    ['identity', []],
    ['brotli', []],
    ['br;q=nonsense, gzip', ['gzip']],
  ])('that %s takes', (header, codings) => expect(acceptedCodings(header)).toEqual(codings));

  it.each([
    ['"a"', true],
    ['W/"a"', true],
    ['"b", W/"a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
    [null, false],
  ])('finds its tag in %s: %s', (header, found) => expect(hasTag(header, '"a"')).toBe(found));
});
