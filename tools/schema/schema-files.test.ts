import { describe, expect, it } from 'vitest';
import { asPostgresql } from './schema-files.ts';

describe('differences between the engines', () => {
  const difference = { embedded: 'column a int4', postgresql: 'column a integer', reason: 'made up' };

  it('are put into the text', () => {
    expect(asPostgresql('table t\n  column a int4\n', [difference])).toBe('table t\n  column a integer\n');
  });

  it('are refused when they are none any more', () => {
    expect(() => asPostgresql('table t\n', [difference])).toThrow('take it out of the list');
  });
});
