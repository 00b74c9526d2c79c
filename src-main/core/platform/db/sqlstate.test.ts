import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { codeOf, isRefusedForNow, isTransient, toAppError } from './sqlstate.ts';

const coded = (code: string) => Object.assign(new Error('as the driver says it'), { code });

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
    ['55P03', 'Somebody else'],
    ['40001', 'Somebody else'],
    ['40P01', 'Somebody else'],
  ])('are what a server refuses for now: %s', (code, words) => {
    const error = toAppError(coded(code));
    expect(error).toMatchObject({ code: 'unavailable', status: 503, extras: { retryAfterSeconds: 2 } });
    expect((error as AppError).message).toContain(words);
    expect((error as AppError).message).toContain('try again');
    expect(isRefusedForNow(error)).toBe(true);
    expect(codeOf(error).code).toBe(code);
    expect(isTransient(error)).toBe(code.startsWith('40'));
  });

  it.each(['23505', '23503', '23514', '42501', '42703', '22021', 'P0001', 'XX000'])(
    'are left as they are: %s',
    (code) => {
      const error = coded(code);
      expect(toAppError(error)).toBe(error);
    },
  );

  it('are told apart however often they were wrapped', () => {
    const inner = toAppError(coded('40001'));
    const outer = new AppError('conflict', 'Two at once.', { cause: inner });
    expect(codeOf(outer).code).toBe('40001');
    expect(toAppError(outer)).toBe(outer);
    expect(codeOf(new AppError('conflict', 'Alone.')).code).toBeNull();
  });
});
