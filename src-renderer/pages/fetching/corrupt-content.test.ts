import { expect, it } from 'vitest';
import { contentOf } from './corrupt-content.ts';

it('shows bytes in hexadecimal, JSON as it came, and cuts what is long', () => {
  expect(contentOf({ reason: 'bad-tag', content: btoa('\x00\xffA') }).whole).toBe('00 ff 41');
  expect(contentOf({ reason: 'malformed', content: btoa('{"id":5}') })).toEqual({
    short: '{"id":5}',
    whole: '{"id":5}',
  });
  expect(contentOf({ reason: 'bad-length', content: btoa('x'.repeat(80)) }).short).toHaveLength(41);
});
