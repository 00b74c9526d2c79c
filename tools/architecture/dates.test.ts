import { expect, it } from 'vitest';
import { readSources } from './sources.ts';

/** Dates are written and read in one place, so that every screen does it alike: src-renderer/dates. */
const OWN =
  /Intl\.DateTimeFormat|toLocale(?:Date|Time)String|type="(?:date|datetime-local|month)"|from '@mantine\/dates'/;

it('screens write and ask for dates by src-renderer/dates alone', () => {
  const others = [...readSources('src-renderer')].filter(
    ([file, text]) => !file.startsWith('src-renderer/dates/') && OWN.test(text),
  );
  expect(others.map(([file]) => file)).toEqual([]);
});
