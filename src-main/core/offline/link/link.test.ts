import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AppError } from '../../platform/errors.ts';
import { createLink, type LinkDeps } from './link.ts';

/** A database that can be made to vanish, and work that hangs on it. */
function setUp() {
  const world = { there: true, takes: true, waiting: 0, sent: 0 };
  const states: string[] = [];
  const deps: LinkDeps = {
    probe: {
      ask: async () => {
        if (!world.there) throw new Error('gone');
        return { centralTime: Date.now(), tookMs: 0 };
      },
      close: () => undefined,
    },
    abandon: vi.fn(),
    catchUp: async () => {
      if (!world.there) throw new AppError('unavailable', 'gone');
      if (!world.takes) return false;
      world.sent += world.waiting;
      world.waiting = 0;
      return true;
    },
    drained: () => world.waiting === 0,
    changed: (state) => states.push(state),
    measured: () => undefined,
    own: () => Date.now(),
    warn: () => undefined,
  };
  return { world, states, deps, link: createLink(deps) };
}
const unavailable = { code: 'unavailable' };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('gives up work that hangs when the database is gone, within two seconds, and fails at once from then on', async () => {
  const { link, world, deps } = setUp();
  link.start(true);
  await vi.advanceTimersByTimeAsync(10);
  world.there = false;
  const hanging = link.guarded(() => new Promise(() => undefined), true);
  const caught = expect(hanging).rejects.toMatchObject(unavailable);
  await vi.advanceTimersByTimeAsync(2_000);
  await caught;
  expect(link.state()).toBe('offline');
  expect(deps.abandon).toHaveBeenCalledTimes(1);
  const work = vi.fn(async () => 1);
  await expect(link.guarded(work, true)).rejects.toMatchObject(unavailable);
  expect(work).not.toHaveBeenCalled();
  link.stop();
});

it.each(['the database is gone', 'the database answers'])('sending that hangs is given up: %s', async (how) => {
  const { link, world, deps } = setUp();
  world.waiting = 17;
  let hangs = true;
  const { catchUp } = deps;
  let giveUp = (_: boolean) => {};
  const hung = createLink({
    ...deps,
    progress: () => world.waiting,
    abandon: () => giveUp(false),
    catchUp: () =>
      hangs
        ? new Promise((resolve) => {
            giveUp = resolve;
          })
        : catchUp(),
  });
  hung.start(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(hung.state()).toBe('catching-up');
  hangs = false;
  if (how === 'the database is gone') {
    world.there = false;
    await vi.advanceTimersByTimeAsync(8000);
    expect(hung.state()).toBe('offline');
    world.there = true;
    await vi.advanceTimersByTimeAsync(4000);
  } else await vi.advanceTimersByTimeAsync(30_000);
  expect([hung.state(), world.sent]).toEqual(['online', 17]);
  hung.stop();
  link.stop();
});

it('waits for slow work while the database answers', async () => {
  const { link } = setUp();
  link.start(true);
  const slow = link.guarded(() => new Promise((resolve) => setTimeout(() => resolve('done'), 7_000)), true);
  await vi.advanceTimersByTimeAsync(7_100);
  expect(await slow).toBe('done');
  expect(link.state()).toBe('online');
  link.stop();
});

it('tries once more after a connection that broke by itself, where that is allowed', async () => {
  const { link } = setUp();
  link.start(true);
  await vi.advanceTimersByTimeAsync(10);
  const broken = () => {
    let tries = 0;
    return async () => {
      if (++tries === 1) throw new AppError('unavailable', 'reset');
      return tries;
    };
  };
  expect(await link.guarded(broken(), true)).toBe(2);
  await expect(link.guarded(broken(), false)).rejects.toMatchObject(unavailable);
  expect(link.state()).toBe('online');
  link.stop();
});

it('sends what waits before it calls itself online again, including what came while it sent', async () => {
  const { link, world, states, deps } = setUp();
  link.start(true);
  await vi.advanceTimersByTimeAsync(10);
  world.there = false;
  await link.check();
  world.waiting = 3;
  const send = deps.catchUp;
  let first = true;
  deps.catchUp = async () => {
    const sent = await send();
    if (first) world.waiting = 2;
    first = false;
    return sent;
  };
  world.there = true;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(states).toEqual(['offline', 'catching-up', 'online']);
  expect(world).toMatchObject({ sent: 5, waiting: 0 });
  link.stop();
});

it('stays while what waits can’t be sent, tries again less and less often, and asks whether the database is there', async () => {
  const { link, world, states, deps } = setUp();
  world.waiting = 3;
  world.takes = false;
  const tries: number[] = [];
  const send = deps.catchUp;
  deps.catchUp = () => {
    tries.push(Date.now());
    return send();
  };
  const began = Date.now();
  link.start(true);
  await vi.advanceTimersByTimeAsync(13_000);
  expect(link.state()).toBe('catching-up');
  expect(deps.abandon).not.toHaveBeenCalled();
  expect(tries.map((at) => at - began)).toEqual([0, 400, 1_200, 2_800, 5_800, 8_800, 11_800]);
  world.there = false;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(link.state()).toBe('offline');
  // Nothing that was there before makes it hurry.
  world.there = true;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(tries).toHaveLength(8);
  world.takes = true;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(states).toEqual(['offline', 'catching-up', 'online']);
  expect(world).toMatchObject({ sent: 3, waiting: 0 });
  // After it was online, a loss is followed up soon again.
  world.there = false;
  expect(await link.check()).toBe(false);
  world.there = true;
  await vi.advanceTimersByTimeAsync(400);
  expect(link.state()).toBe('online');
  link.stop();
});
