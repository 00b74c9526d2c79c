import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createPacedReads, type PacedReads } from './paced-reads.ts';

let client: QueryClient;
let reads: PacedReads;
beforeEach(() => {
  vi.useFakeTimers();
  client = new QueryClient();
  reads = createPacedReads(client);
});
afterEach(() => {
  reads.stop();
  client.clear();
  vi.useRealTimers();
});

/** A question on screen whose answer takes so long; tells how often it was asked. */
function shown(key: string, tookMs: number): { asked: () => number } {
  const ask = vi.fn(() => new Promise((resolve) => setTimeout(() => resolve(key), tookMs)));
  new QueryObserver(client, { queryKey: [key], queryFn: ask, staleTime: 10_000 }).subscribe(() => {});
  return { asked: () => ask.mock.calls.length };
}
const all = () => true;

it('answers a stream of events by one question a pause, which is as long as twenty answers', async () => {
  const cheap = shown('cheap', 20);
  const dear = shown('dear', 500);
  await vi.advanceTimersByTimeAsync(1_000);
  for (let second = 0; second < 60; second++) {
    reads.markStale(all);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  // Every 1.5 s and 20 ms, as far as events come by the second, and every 10.5 s.
  expect(cheap.asked()).toBeGreaterThan(25);
  expect(dear.asked()).toBeGreaterThanOrEqual(6);
  expect(dear.asked()).toBeLessThanOrEqual(8);
  const before = [cheap.asked(), dear.asked()];
  reads.markStale(all);
  await vi.advanceTimersByTimeAsync(120_000);
  // The last event is answered; then there is nothing to ask.
  expect([cheap.asked() - before[0]!, dear.asked() - before[1]!]).toEqual([1, 1]);
});

it('answers a single event soon, and asks only for what it names', async () => {
  const one = shown('one', 100);
  const other = shown('other', 100);
  await vi.advanceTimersByTimeAsync(10_000);
  reads.markStale((query) => query.queryKey[0] === 'one');
  await vi.advanceTimersByTimeAsync(1_600);
  expect([one.asked(), other.asked()]).toEqual([2, 1]);
});

it('asks at once for what comes on screen after an event, however dear', async () => {
  const ask = vi.fn(() => new Promise((resolve) => setTimeout(() => resolve('dear'), 3_000)));
  const options = { queryKey: ['dear'], queryFn: ask, staleTime: 600_000 };
  const look = () => new QueryObserver(client, options).subscribe(() => {});
  const leave = look();
  await vi.advanceTimersByTimeAsync(4_000);
  // The event comes while nobody looks, or just before they leave.
  leave();
  reads.markStale(all);
  const leaveAgain = look();
  expect(ask).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(4_000);
  reads.markStale(all);
  leaveAgain();
  look();
  expect(ask).toHaveBeenCalledTimes(3);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(3);
});

it('lets what is being asked end, and asks once more', async () => {
  const slow = shown('slow', 4_000);
  await vi.advanceTimersByTimeAsync(100);
  reads.markStale(all);
  await vi.advanceTimersByTimeAsync(3_800);
  expect(slow.asked()).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000 + 2_000);
  expect(slow.asked()).toBe(2);
});

it('is not slowed down by one slow answer among quick ones', async () => {
  let took = 50;
  const ask = vi.fn(() => new Promise((resolve) => setTimeout(() => resolve(took), took)));
  new QueryObserver(client, { queryKey: ['uneven'], queryFn: ask }).subscribe(() => {});
  await vi.advanceTimersByTimeAsync(5_000);
  took = 3_000;
  reads.markStale(all);
  await vi.advanceTimersByTimeAsync(5_000);
  reads.markStale(all);
  await vi.advanceTimersByTimeAsync(1_600);
  expect(ask).toHaveBeenCalledTimes(3);
});
