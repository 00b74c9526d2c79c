import { expect, it } from 'vitest';
import { loginStateOf } from './login-life.ts';

const at = (day: number) => new Date(Date.UTC(2026, 10, day)).toISOString();
const now = Date.parse(at(20));
const login = { setAt: at(1), workedAt: at(19), refusedAt: null, warnsAt: null };

it.each([
  ['works', {}, true],
  ['works', { warnsAt: at(21) }, true],
  ['expiring', { warnsAt: at(20) }, true],
  ['refused', { warnsAt: at(20), refusedAt: at(20) }, true],
  ['new', { workedAt: null }, true],
  ['unknown', { workedAt: null, setAt: null }, true],
  ['none', {}, false],
] as const)('says that a login is %s with %j', (state, changes, has) => {
  expect(loginStateOf({ ...login, ...changes }, has, now)).toBe(state);
});
