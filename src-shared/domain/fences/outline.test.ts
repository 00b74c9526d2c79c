import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Corner, checkOutline, type Outline } from './outline.ts';

/** A ring of so many corners around a place, with the radii (degrees of arc) in turn. */
function ring([longitude, latitude]: Corner, radii: readonly number[], corners = 8): Corner[] {
  const radians = Math.PI / 180;
  return Array.from({ length: corners }, (_, n): Corner => {
    const [angle, bearing] = [radii[n % radii.length]! * radians, (-2 * Math.PI * n) / corners];
    const [sin, cos] = [Math.sin(latitude * radians), Math.cos(latitude * radians)];
    const up = Math.asin(sin * Math.cos(angle) + cos * Math.sin(angle) * Math.cos(bearing));
    const east = Math.atan2(Math.sin(bearing) * Math.sin(angle) * cos, Math.cos(angle) - sin * Math.sin(up));
    const turned = longitude + east / radians;
    return [turned - 360 * Math.round(turned / 360), up / radians];
  });
}
const problem = (outline: Outline) => {
  const checked = checkOutline(outline);
  return 'problem' in checked ? checked.problem.message : null;
};
const anywhere = fc.record({
  longitude: fc.constantFrom(0, 8.5, 179.999, -180, -75),
  latitude: fc.constantFrom(0, 47.4, -16.5, 88, -85),
  size: fc.constantFrom(0.0005, 0.01, 1.5),
});

describe('an outline', () => {
  it('is taken wherever it lies, closed, without corners twice in a row', () => {
    fc.assert(
      fc.property(anywhere, ({ longitude, latitude, size }) => {
        const star = ring([longitude, latitude], [size, size / 3]);
        const hole = ring([longitude, latitude], [size / 6]);
        const checked = checkOutline([[[star[0]!, ...star], hole]]);
        expect(checked).toEqual({
          outline: [
            [
              [...star, star[0]],
              [...hole, hole[0]],
            ],
          ],
        });
      }),
    );
  });

  it('is refused where it crosses itself, and told where', () => {
    fc.assert(
      fc.property(anywhere, fc.nat(7), ({ longitude, latitude, size }, n) => {
        const corners = ring([longitude, latitude], [size]);
        const [a, b] = [n, (n + 1) % 8];
        [corners[a], corners[b]] = [corners[b]!, corners[a]!];
        const checked = checkOutline([[corners]]);
        expect(checked).toMatchObject({ problem: { at: expect.any(Array) } });
        expect(problem([[corners]])).toMatch(/^The outline crosses or touches itself near /);
      }),
    );
    const bow = checkOutline([[[[7, 47], [8, 48], [8, 47], [7, 48]]]]); // biome-ignore format: as short as it is
    expect(bow).toMatchObject({ problem: { at: [expect.closeTo(7.5, 9), expect.closeTo(47.506, 3)] } });
    const far = checkOutline([[[[179, -1], [-179, 1], [-179, -1], [179, 1]]]]); // biome-ignore format: as short as it is
    expect(far).toMatchObject({ problem: { at: [expect.closeTo(180, 9), expect.closeTo(0, 9)] } });
    // A spike that turns back on itself, and a corner on another edge.
    const spike: Corner[] = [[0, 0], [1, 0], [1, 1], [1, 0.5], [0, 1]]; // biome-ignore format: as short as it is
    expect(problem([[spike]])).toMatch(/crosses or touches/);
    expect(problem([[[[0, 0], [2, 0], [1, 0], [1, 1]]]])).toMatch(/crosses or touches/); // biome-ignore format: as short as it is
  });

  it('is refused where holes or parts lie wrong', () => {
    const place: Corner = [179.99, 10];
    const shell = ring(place, [1]);
    expect(problem([[shell, ring([178, 10], [0.1])]])).toMatch(/^A hole is outside its part/);
    expect(problem([[shell, ring(place, [0.5]), ring(place, [0.2])]])).toMatch(/^A hole is inside another hole/);
    expect(problem([[shell], [ring(place, [0.5])]])).toMatch(/^A part is inside another part/);
    // An island in the hole is a part of its own.
    expect(problem([[shell, ring(place, [0.5])], [ring(place, [0.2])]])).toBeNull();
    expect(problem([[shell], [ring([178.5, 10], [1])]])).toMatch(/crosses or touches/);
  });

  it('is refused round a pole, of two points, with too many corners or parts, or too large', () => {
    expect(problem([[ring([0, 89.9], [0.2])]])).toBe('An outline can’t go round a pole.');
    expect(problem([[ring([0, -90], [1])]])).toBe('An outline can’t go round a pole.');
    expect(problem([[[[0, 90], [0, 89], [90, 89]]]])).toBe('An outline can’t reach a pole.'); // biome-ignore format: as short as it is
    expect(problem([[[[0, 0], [1, 1]]]])).toBe('Each ring of an outline needs three corners.'); // biome-ignore format: as short as it is
    for (const none of [[], [[]]]) expect(problem(none)).toBe('The outline, or a part of it, has no corners.');
    expect(problem([[ring([0, 0], [15])]])).toBeNull();
    expect(problem([[ring([0, 0], [17])]])).toBe('An outline must be smaller than 10,000,000 km².');
    expect(problem([[ring([0, 0], [80], 4)]])).toBe('An edge of the outline is too long. Add a corner in between.');
    const islands = Array.from({ length: 51 }, (_, n) => [ring([n, 0], [0.1])]);
    expect(problem(islands)).toBe('An outline has at most 50 parts, and this one has 51.');
    expect(problem(islands.slice(1))).toBeNull();
  });

  it('may have 10,000 corners, and 100,000 are refused without comparing them', () => {
    expect(problem([[ring([8, 50], [1, 1.01], 10_000)]])).toBeNull();
    expect(problem([[ring([8, 50], [1, 1.01], 100_000)]])).toBe(
      'An outline has at most 10000 corners, and this one has 100000. Simplify it.',
    );
  });
});
