import { expect, it } from 'vitest';
import { createSlowFigures } from './slow-figures.ts';

function world(costMs: number) {
  const clock = { now: 0 };
  const figures = createSlowFigures<number>(() => clock.now);
  let computed = 0;
  const ask = (key = 'all') =>
    figures(key, async () => {
      computed += 1;
      const value = computed;
      clock.now += costMs;
      return value;
    });
  return { clock, ask, figures };
}

it('works a quick figure out each time', async () => {
  const { ask } = world(10);
  expect([await ask(), await ask(), await ask()]).toEqual([1, 2, 3]);
});

it('keeps a slow one for twenty times its cost, then renews it behind the one that is shown', async () => {
  const { clock, ask } = world(1_000);
  expect(await ask()).toBe(1);
  clock.now += 20_000;
  expect(await ask()).toBe(1);
  clock.now += 1;
  expect(await ask()).toBe(1);
  await new Promise((resolve) => setTimeout(resolve));
  expect(await ask()).toBe(2);
});

it('shows none that is too old, and none of somebody else', async () => {
  const { clock, ask } = world(1_000);
  expect(await ask('client 1')).toBe(1);
  expect(await ask('client 2')).toBe(2);
  clock.now += 300_001;
  expect(await ask('client 1')).toBe(3);
});

it('works the first one out once for all who wait, and again when that failed', async () => {
  const { figures } = world(0);
  let begun = 0;
  const ends: ((value: number | Error) => void)[] = [];
  const ask = () =>
    figures('all', () => {
      begun += 1;
      return new Promise((resolve, reject) =>
        ends.push((value) => (value instanceof Error ? reject(value) : resolve(value))),
      );
    });
  const failing = [ask(), ask()];
  ends[0]!(new Error('away'));
  expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const waiting = [ask(), ask(), ask()];
  ends[1]!(7);
  expect(await Promise.all(waiting)).toEqual([7, 7, 7]);
  expect(begun).toBe(2);
});

it('goes on with the old one when a renewal fails, and tries again', async () => {
  const { clock, figures, ask } = world(1_000);
  expect(await ask()).toBe(1);
  clock.now += 30_000;
  expect(await figures('all', () => Promise.reject(new Error('away')))).toBe(1);
  await new Promise((resolve) => setTimeout(resolve));
  expect(await ask()).toBe(1);
  await new Promise((resolve) => setTimeout(resolve));
  expect(await ask()).toBe(2);
});
