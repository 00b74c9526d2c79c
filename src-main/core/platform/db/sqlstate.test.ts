import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { codeOf, isRefusedForNow, isTransient, outcomeOf, toAppError } from './sqlstate.ts';

const coded = (code: string) => Object.assign(new Error('as the driver says it'), { code, syscall: 'connect' });

describe('errors of the database', () => {
  it.each([
    // Nobody is there, or nobody who serves.
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOENT'],
    ...['08000', '08001', '08003', '08004', '08006', '08007', '08P01'],
    ...['57P01', '57P02', '57P03', '57P04', '57P05', '53300'],
  ])('are of a connection that is lost: %s', (code) => {
    const cause = coded(code);
    const error = toAppError(cause);
    expect(error).toMatchObject({ code: 'unavailable', status: 503, extras: { retryAfterSeconds: 2, cause } });
    expect((error as AppError).message).toMatch(/can’t be reached/);
    expect(isRefusedForNow(error)).toBe(false);
  });

  it.each([
    'Connection terminated',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
  ])('are of a connection that is lost, without a code: %s', (message) => {
    expect(toAppError(new Error(message))).toMatchObject({ code: 'unavailable' });
  });

  it.each([
    ['25006', 'read-only'],
    ['53100', 'disk'],
    ['58030', 'disk'],
    ['53200', 'memory'],
    ['57014', 'too long'],
    ['25P03', 'too long'],
    ['55P03', 'Someone else'],
    ['40001', 'Someone else'],
    ['40P01', 'Someone else'],
  ])('are what a server refuses for now: %s', (code, words) => {
    const error = toAppError(coded(code));
    expect(error).toMatchObject({ code: 'unavailable', status: 503, extras: { retryAfterSeconds: 2 } });
    expect((error as AppError).message).toContain(words);
    expect((error as AppError).message).toContain('try again');
    expect(isRefusedForNow(error)).toBe(true);
    expect(codeOf(error).code).toBe(code);
    expect(isTransient(error)).toBe(code.startsWith('40'));
  });

  it.each(['23505', '23503', '23514', '42501', '42703', '22021', 'P0001', 'XX001'])(
    'are left as they are: %s',
    (code) => {
      const error = coded(code);
      expect(toAppError(error)).toBe(error);
    },
  );

  it('that nobody knows wait, and name their code', () => {
    for (const code of ['XX000', 'ZZ123']) {
      expect(toAppError(coded(code))).toMatchObject({ code: 'unavailable', message: expect.stringContaining(code) });
      expect(isRefusedForNow(coded(code))).toBe(true);
    }
  });

  it.each([
    ...(['40001', '40P01'] as const).map((code) => [code, 'retry'] as const),
    ...['25006', '53100', '53200', '53300', '57014', '57P01', '57P02', '57P03', '55P03', '08000', '08006', '28P01'].map(
      (code) => [code, 'wait'] as const,
    ),
    ...['ECONNRESET', 'ENOSPC', 'EROFS', 'EMFILE', 'ENOENT', 'XX000', 'UND_ERR_SOCKET', 'SQLITE_FULL'].map(
      (code) => [code, 'wait'] as const,
    ),
    ...['23505', '23503', '22021', '22003', '42501'].map((code) => [code, 'refuse'] as const),
    ...['42703', '42601', '54000', 'P0001', 'XX001'].map((code) => [code, 'fault'] as const),
  ])('have one outcome for all who work with the database: %s, %s', (code, outcome) => {
    expect(outcomeOf(coded(code))).toBe(outcome);
    expect(outcomeOf(new AppError('internal', 'It failed.', { cause: coded(code) }))).toBe(outcome);
  });

  it('have the outcome of what is behind them, and without any are faults of ours', () => {
    expect(outcomeOf(new Error('Connection terminated unexpectedly'))).toBe('wait');
    expect(outcomeOf(new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }))).toBe('wait');
    expect(outcomeOf(AbortSignal.timeout(0).reason ?? new DOMException('late', 'TimeoutError'))).toBe('wait');
    for (const error of [new TypeError('x'), new Error('x'), Object.assign(new TypeError(), { code: 'ERR_X' }), 'x'])
      expect(outcomeOf(error)).toBe('fault');
    expect(outcomeOf(new AppError('conflict', 'Two at once.', { cause: coded('40001') }))).toBe('refuse');
    expect(outcomeOf(new AppError('key-locked', 'Unlock them.'))).toBe('wait');
  });

  it('of any class of the manual have an outcome, and none is unknown', () => {
    // PostgreSQL 18 manual, appendix A; without 00 to 02, which are no errors, and HV, which no statement of ours meets.
    const manual =
      '03 08 09 0A 0B 0F 0L 0P 0Z 10 20 21 22 23 24 25 26 27 28 2B 2D 2F 34 38 39 3B 3D 3F 40 42 44 53 54 55 57 58 F0 P0';
    for (const start of manual.split(' ')) {
      const error = toAppError(coded(`${start}000`)) as Error;
      expect(error.message, start).not.toContain(`${start}000`);
    }
  });

  it('are told apart however often they were wrapped', () => {
    const inner = toAppError(coded('40001'));
    const outer = new AppError('conflict', 'Two at once.', { cause: inner });
    expect(codeOf(outer).code).toBe('40001');
    expect(toAppError(outer)).toBe(outer);
    expect(codeOf(new AppError('conflict', 'Alone.')).code).toBeNull();
  });
});
