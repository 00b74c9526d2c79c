import { expect, it } from 'vitest';
import { CONNECTIONS, poolSize } from '../platform/db/connection.ts';
import { shareOf } from './connection-share.ts';

it('gives each console its part of what all may open together, and no more than it was started with', () => {
  const shares = [0, 1, 4, 5, 11, 20, 50].map((consoles) => shareOf(87, consoles, CONNECTIONS.usual));
  expect(shares).toEqual([20, 20, 20, 17, 7, 4, 4]);
  expect(shareOf(1_000, 2, 200)).toBe(200);
});

it('leaves every part of a console a connection, and never goes beyond the whole', () => {
  for (let connections = 4; connections <= 200; connections++) {
    const size = (part: 'core' | 'fetcher' | 'status-engine') =>
      poolSize({ engine: 'postgresql', url: '', connections }, part);
    const parts = [size('core'), size('fetcher'), size('status-engine')];
    expect([connections, Math.min(...parts) >= 1]).toEqual([connections, true]);
    // One more is the link's.
    expect(parts.reduce((sum, each) => sum + each, 1)).toBe(connections);
  }
});
