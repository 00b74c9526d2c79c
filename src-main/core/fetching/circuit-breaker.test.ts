import { expect, it } from 'vitest';
import { afterFailure, type Circuit, closedCircuit } from './circuit-breaker.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const pauseOf = (circuit: Circuit) => circuit.pausedUntil && circuit.pausedUntil.getTime() - NOW.getTime();
const plain = { spurious: false, retryAfterMs: null };
const spurious = { spurious: true, retryAfterMs: null };

it('lets a spurious failure have one more try, and pauses at the second', () => {
  const first = afterFailure(closedCircuit, spurious, NOW);
  expect(first).toEqual({ circuit: 'closed', consecutiveFailures: 1, pausedUntil: null });
  const second = afterFailure(first, spurious, NOW);
  expect(second.circuit).toBe('open');
  expect(pauseOf(second)).toBe(20_000);
});

it('pauses at once otherwise, twice as long each time, up to an hour', () => {
  let circuit: Circuit = closedCircuit;
  const pauses = [];
  for (let i = 0; i < 12; i++) {
    circuit = afterFailure(circuit, plain, NOW);
    pauses.push(pauseOf(circuit)! / 1000);
  }
  expect(pauses.slice(0, 4)).toEqual([10, 20, 40, 80]);
  expect(pauses.at(-1)).toBe(3600);
});

it('pauses for as long as the service asks', () => {
  expect(pauseOf(afterFailure(closedCircuit, { ...plain, retryAfterMs: 7000 }, NOW))).toBe(7000);
  expect(pauseOf(afterFailure(closedCircuit, { ...spurious, retryAfterMs: 7000 }, NOW))).toBe(7000);
});

it('opens again when the request on trial fails, even spuriously', () => {
  expect(afterFailure({ circuit: 'half-open', consecutiveFailures: 0, pausedUntil: null }, spurious, NOW).circuit).toBe(
    'open',
  );
});
