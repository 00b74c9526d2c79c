import type {
  FenceCheckResult,
  FencePreviewResult,
  FenceShape,
  FenceSuggestion,
} from '../../src-shared/contract/fences.ts';
import type { StatusRulesPreviewResult } from '../../src-shared/contract/status-rules.ts';
import { count, distance } from './format.ts';

/** How large a fence is, in a word or two: the radius of a circle, or that it is an outline, with its margin. */
export const fenceSize = ({ outline, geofenceRadiusM }: Pick<FenceShape, 'outline' | 'geofenceRadiusM'>) =>
  outline === null
    ? distance(geofenceRadiusM)
    : geofenceRadiusM === 0
      ? 'outline'
      : `outline, ${distance(geofenceRadiusM)} margin`;

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
    larger: 'Trackers report just outside the fence. A larger one would hold them.',
    smaller: 'All reports are well inside the fence. A smaller one is enough and separates it from its neighbours.',
    'too-few': 'Not enough reports near it yet.',
  } satisfies Record<FenceSuggestion['verdict'], string>,
  radius: (current: number, suggested: number) => `${distance(current)} now, ${distance(suggested)} suggested`,
  seen: (s: FenceSuggestion) =>
    `${count(s.reports)} reports nearby: ${count(s.inside)} inside, ${count(s.undecided)} too inaccurate to say, ${count(s.outside)} outside`,
  figures: (s: FenceSuggestion) =>
    `Median distance ${distance(s.medianDistanceM ?? 0)}, nine in ten within ${distance(s.p90DistanceM ?? 0)}, median accuracy ± ${distance(s.medianAccuracyM ?? 0)}`,
  room: (metres: number) => `${distance(metres)} to the next fence of the run`,
  tryRadius: 'Radius to try (m)',
  preview: 'Preview',
  previewHistory: 'Show what changes',
  finished: 'Finished runs keep their history, unless you choose them here:',
  finishedRun: (name: string, n: number) => `${name}: ${n === 1 ? '1 tracker' : `${count(n)} trackers`} would change`,
  apply: 'Apply',
  applied: (metres: number) => `Fence set to ${distance(metres)}; history is being recalculated`,
  result: (r: FencePreviewResult) =>
    r.changed === 0
      ? `Nothing would change for the ${count(r.trackers)} trackers affected${r.finishedRuns.length > 0 ? ' in active runs' : ''}.`
      : `${count(r.changed)} of ${count(r.trackers)} trackers would get a different history, ${count(r.otherStatusNow)} a different status now: ${count(r.entriesAdded)} new entries, ${count(r.entriesRemoved)} replaced.`,
  examples: 'For example',
  example: (removed: string, added: string) => `${removed || 'nothing'} → ${added || 'nothing'}`,
} as const;

export const fenceCheck = {
  open: 'Check all fences',
  title: 'Fences that don’t fit their reports',
  check: 'Check again',
  label: 'Fences that don’t fit',
  name: 'Location',
  now: 'Now',
  suggested: 'Suggested',
  reports: 'Reports',
  verdict: 'Fence',
  applyOne: (name: string) => `Apply to ${name}`,
  apply: 'Apply',
  applySelected: (n: number) => (n === 0 ? 'Apply to selected' : `Apply to ${count(n)} selected`),
  found: (r: FenceCheckResult) =>
    `${count(r.fences)} fences in use: ${count(r.fitting)} fit, ${count(r.unfitting)} don’t, ${count(r.unknown)} have too few reports.`,
  first: (n: number) => `The first ${count(n)} are listed, the worst first.`,
  none: 'Every fence with enough reports fits',
  applied: (n: number) => `${n === 1 ? 'One fence' : `${count(n)} fences`} changed; history is being recalculated`,
  refused: (name: string, reason: string) => `${name}: ${reason}`,
} as const;

export const statusRules = {
  title: 'Status rules',
  hint: 'When a tracker counts as having left a fence, and which reports count. A change recalculates history.',
  exitConfirmations: 'Reports in a row that confirm an exit',
  exitHint: 'Each must be clearly outside the fence. The default is 1.',
  maxAccuracyM: 'Accuracy limit (m)',
  accuracyHint: 'Less accurate reports don’t count. Leave it empty to count all.',
  noLimit: 'No limit',
  preview: 'Preview',
  apply: 'Apply',
  applied: 'Status rules changed; history is being recalculated',
  result: (r: StatusRulesPreviewResult) =>
    r.changed === 0
      ? `No history of active runs would change (${count(r.trackers)} trackers with reports).`
      : `${count(r.changed)} of ${count(r.trackers)} trackers with reports would get a different history, ${count(r.otherStatusNow)} a different status now: ${count(r.entriesAdded)} new entries, ${count(r.entriesRemoved)} replaced.`,
  keeping: (n: number) =>
    n === 1
      ? 'One finished run keeps the rules it ended with.'
      : `${count(n)} finished runs keep the rules they ended with.`,
} as const;
