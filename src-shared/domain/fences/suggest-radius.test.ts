import { describe, expect, it } from 'vitest';
import { suggestRadius } from './suggest-radius.ts';

const at = (distanceM: number, count = 1, accuracyM = 15) =>
  Array.from({ length: count }, () => ({ distanceM, accuracyM }));

describe('suggested radius', () => {
  it('says nothing of few reports', () => {
    expect(suggestRadius(at(10, 19), 100, null)).toMatchObject({
      verdict: 'too-few',
      suggestedRadiusM: null,
      reports: 19,
    });
    expect(suggestRadius([], 100, null)).toMatchObject({ medianDistanceM: null, reports: 0 });
  });
  it('holds nine in ten and an ordinary error', () => {
    const reports = [...at(20, 45), ...at(42, 45), ...at(300, 10)];
    expect(suggestRadius(reports, 200, null)).toMatchObject({
      verdict: 'smaller',
      suggestedRadiusM: 60,
      inside: 90,
      undecided: 0,
      outside: 10,
      medianAccuracyM: 15,
      p90DistanceM: 42,
    });
  });
  it('asks for a larger fence where goods stand beside it, and tells what can’t be decided', () => {
    expect(suggestRadius([...at(110, 30), ...at(180, 30)], 100, null)).toMatchObject({
      verdict: 'larger',
      suggestedRadiusM: 195,
      undecided: 30,
      outside: 30,
    });
  });
  it('stops at the next fence, is never tiny, and leaves alone what fits', () => {
    expect(suggestRadius(at(180, 30), 100, 123)).toMatchObject({ suggestedRadiusM: 120, roomM: 123 });
    expect(suggestRadius(at(1, 30, 2), 100, null)).toMatchObject({ suggestedRadiusM: 20, verdict: 'smaller' });
    expect(suggestRadius(at(80, 30), 100, null)).toMatchObject({ verdict: 'fits', suggestedRadiusM: 95 });
  });
});
