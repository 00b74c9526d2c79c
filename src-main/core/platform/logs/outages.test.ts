import pino from 'pino';
import { expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { sayOutagesOnce } from './outages.ts';

it('says an outage once a cause and minute, with how often it was met, and everything else each time', () => {
  const lines: Record<string, unknown>[] = [];
  let at = 0;
  const log = pino(
    { hooks: { logMethod: sayOutagesOnce(() => at) } },
    { write: (line) => lines.push(JSON.parse(line)) },
  );
  const gone = () => new AppError('unavailable', 'The central database can’t be reached.');
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:6379'), { code: 'ECONNREFUSED' });
  for (at = 0; at < 150_000; at += 1_000) {
    log.warn({ err: gone() }, at % 2_000 === 0 ? 'housekeeping failed' : 'planned moves wait');
    log.warn({ err: refused }, 'Redis or an event listener failed');
    if (at % 50_000 === 0) log.error({ err: new Error('a fault') }, 'a fault of ours');
  }
  const said = lines.map(({ msg, repeated }) => [msg, repeated]);
  expect(said.filter(([msg]) => msg === 'a fault of ours')).toHaveLength(3);
  expect(said.filter(([msg]) => msg === 'Redis or an event listener failed')).toEqual([
    ['Redis or an event listener failed', undefined],
    ['Redis or an event listener failed', 59],
    ['Redis or an event listener failed', 59],
  ]);
  expect(said.filter(([msg]) => msg === 'housekeeping failed')).toHaveLength(3);
  expect(said).toHaveLength(9);
});
