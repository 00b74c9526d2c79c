import { describe, expect, it } from 'vitest';
import { defaultThresholds } from '../../contract/alerts.ts';
import { type Finding, findingsOf, type SeenHour, type SeenReport, type TrackerFacts } from './findings.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;
const basel = { longitude: 7.59, latitude: 47.56 };
const zurich = { longitude: 8.54, latitude: 47.37 };
const sydney = { longitude: 151.2, latitude: -33.87 };

const report = (hours: number, position = basel, accuracyM = 10): SeenReport => ({
  at: NOON + hours * HOUR,
  position,
  accuracyM,
});
const hour = (hours: number, position = basel): SeenHour => ({
  firstAt: NOON + hours * HOUR,
  lastAt: NOON + hours * HOUR + 1_800_000,
  position,
});
const facts = (changes: Partial<TrackerFacts>): TrackerFacts => ({
  status: 'IN_TRANSIT',
  batteryLevel: 'full',
  reports: [report(0)],
  hours: [],
  delivery: null,
  runLocations: [zurich],
  ...changes,
});
const kinds = (changes: Partial<TrackerFacts>, thresholds = defaultThresholds) =>
  findingsOf(facts(changes), thresholds).map((finding) => finding.kind);
const only = (changes: Partial<TrackerFacts>): Finding => {
  const found = findingsOf(facts(changes), defaultThresholds);
  expect(found).toHaveLength(1);
  return found[0]!;
};

describe('anomalies of a tracker', () => {
  it('finds none in an ordinary one', () => {
    expect(kinds({ reports: [report(-2), report(-1, zurich), report(0, zurich)] })).toEqual([]);
    expect(kinds({ reports: [], batteryLevel: 'low' })).toEqual([]);
  });

  it('finds the fastest leg that nothing travels, and forgets it a day later', () => {
    const found = only({
      reports: [report(-3, sydney), report(-2, sydney), report(-1, basel), report(0, basel)],
      status: 'DELIVERED',
    });
    expect(found).toMatchObject({ kind: 'impossible-speed', evidenceAt: NOON - HOUR });
    expect(found.evidence.speedKmh).toBeGreaterThan(16_000);
    expect(found.evidence.from).toBe(new Date(NOON - 2 * HOUR).toISOString());
    expect(kinds({ reports: [report(-27, sydney), report(-26), report(0)], status: 'DELIVERED' })).toEqual([]);
    // A flight takes a day.
    expect(kinds({ reports: [report(-22, sydney), report(0)], status: 'DELIVERED' })).toEqual([]);
  });

  it('takes two fixes of one second that disagree by their accuracies for one place', () => {
    const near = { longitude: 7.6, latitude: 47.57 };
    expect(kinds({ reports: [report(0, basel, 200), report(0, near, 200)] })).toEqual([]);
    expect(kinds({ reports: [report(0, basel), report(0, zurich)] })).toEqual(['impossible-speed']);
  });

  it('finds a delivery location that was left, until the tracker is in one again', () => {
    const delivery = { locationId: 7, visitId: 'v', leftAt: NOON };
    expect(only({ delivery })).toMatchObject({
      kind: 'left-delivery',
      severity: 'critical',
      locationId: 7,
      evidenceAt: NOON,
    });
    expect(only({ delivery, status: 'IN_STORAGE' }).severity).toBe('warning');
    expect(kinds({ delivery, status: 'DELIVERED' })).toEqual([]);
    expect(kinds({ delivery: { ...delivery, leftAt: null }, status: 'IN_STORAGE' })).toEqual([]);
  });

  it('finds a stop that is none of the run’s places, by hours and not by single fixes', () => {
    const stood = Array.from({ length: 38 }, (_, n) => hour(n - 38));
    const found = only({ hours: [hour(-39, zurich), ...stood] });
    expect(found).toMatchObject({ kind: 'unexpected-stop', severity: 'warning', evidence: { hours: 38 } });
    expect(found.evidence.since).toBe(new Date(NOON - 38 * HOUR).toISOString());
    expect(kinds({ hours: stood, status: 'IN_STORAGE' })).toEqual([]);
    expect(kinds({ hours: [...stood.slice(0, 20), hour(-18, zurich), ...stood.slice(21)] })).toEqual([]);
    const long = Array.from({ length: 20 }, (_, n) => hour(n * 4 - 80));
    expect(only({ hours: long }).severity).toBe('critical');
  });

  it('finds a tracker far from all locations of its run', () => {
    expect(only({ reports: [report(0, sydney)] })).toMatchObject({ kind: 'off-route' });
    expect(kinds({ reports: [report(0, sydney)], status: 'IN_STORAGE' })).toEqual([]);
    expect(kinds({ reports: [report(0, sydney)], runLocations: [] })).toEqual([]);
    expect(kinds({ reports: [report(0, sydney)], runLocations: [zurich, { longitude: 151, latitude: -34 }] })).toEqual(
      [],
    );
    // Across the antimeridian, Fiji is near Samoa.
    const fiji = { longitude: 178.4, latitude: -18.1 };
    const samoa = { longitude: -178.2, latitude: -18 };
    expect(kinds({ reports: [report(0, fiji)], runLocations: [samoa] })).toEqual([]);
  });

  it('finds a low battery', () => {
    expect(only({ batteryLevel: 'low' })).toMatchObject({ kind: 'battery-low', severity: 'info' });
    expect(only({ batteryLevel: 'very-low' })).toMatchObject({ severity: 'warning' });
    expect(kinds({ batteryLevel: 'medium' })).toEqual([]);
    expect(kinds({ batteryLevel: null })).toEqual([]);
  });
});
