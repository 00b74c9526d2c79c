import type { FencePreviewResult, FenceSuggestion } from '../../src-shared/contract/fences.ts';
import { count, distance } from './format.ts';

export const fences = {
  title: 'Fence size',
  words: {
    fits: 'Fits',
    larger: 'Too small',
    smaller: 'Larger than needed',
    'too-few': 'Not known yet',
  } satisfies Record<FenceSuggestion['verdict'], string>,
  verdicts: {
    fits: 'The fence fits the reports near it.',
    larger: 'Goods are seen beside the fence: a larger one would hold them.',
    smaller: 'All reports lie well within the fence: a smaller one would do, and tell neighbours apart.',
    'too-few': 'Too few reports near it to tell yet.',
  } satisfies Record<FenceSuggestion['verdict'], string>,
  radius: (current: number, suggested: number) => `${distance(current)} now, ${distance(suggested)} suggested`,
  seen: (s: FenceSuggestion) =>
    `${count(s.reports)} reports nearby: ${count(s.inside)} inside, ${count(s.undecided)} undecided by their accuracy, ${count(s.outside)} outside`,
  figures: (s: FenceSuggestion) =>
    `Median distance ${distance(s.medianDistanceM ?? 0)}, nine in ten within ${distance(s.p90DistanceM ?? 0)}, median accuracy ± ${distance(s.medianAccuracyM ?? 0)}`,
  room: (metres: number) => `${distance(metres)} to the next fence of the run`,
  tryRadius: 'Radius to try (m)',
  preview: 'Preview',
  apply: 'Apply',
  applied: (metres: number) => `Fence set to ${distance(metres)}; history is worked out again`,
  result: (r: FencePreviewResult) =>
    r.changed === 0
      ? `Nothing would change for the ${count(r.trackers)} trackers concerned.`
      : `${count(r.changed)} of ${count(r.trackers)} trackers would get another history, ${count(r.otherStatusNow)} another status now: ${count(r.entriesAdded)} entries new, ${count(r.entriesRemoved)} replaced.`,
  examples: 'For example',
  example: (removed: string, added: string) => `${removed || 'nothing'} → ${added || 'nothing'}`,
} as const;
