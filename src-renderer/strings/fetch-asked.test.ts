import { expect, it } from 'vitest';
import { fetchAsked } from './fetch-asked.ts';

const source = (enabled: boolean) => ({ enabled }) as Parameters<typeof fetchAsked>[0]['sources'][number];
const said = (asked: number, wanted: number | null, paused = false, sources = [source(true)]) =>
  fetchAsked({ asked, paused, sources }, wanted);

it('says how many are asked for, and why the others are not', () => {
  expect(said(3, 3)).toBe('3 trackers are asked for in the next cycle.');
  expect(said(1, null)).toBe('1 tracker is asked for in the next cycle.');
  expect(said(1, 3)).toMatch(/^1 tracker is asked for in the next cycle\. 2 others are not: their run is not active/);
  expect(said(0, 1)).toMatch(/^No tracker is asked for\. Why not: their run/);
  expect(said(0, null)).toBe('No tracker is asked for. The queue is empty: no run is active today.');
  expect(said(2, 2, true)).toContain('once the fetcher resumes');
  expect(said(2, 2, false, [source(false)])).toContain('no report source is on');
});
