import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { idleMinutes, watchForLock } from './lock.ts';

describe('locking the desktop', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const start = (minutes: number) => {
    const done: string[] = [];
    const powerMonitor = Object.assign(new EventEmitter(), { idle: 0, getSystemIdleTime: () => powerMonitor.idle });
    const stop = watchForLock({
      powerMonitor,
      idleMinutes: minutes,
      lockWindow: (reason) => done.push(reason),
      dropKeys: () => done.push('keys dropped'),
      restoreKeys: () => done.push('keys restored'),
    });
    return { done, powerMonitor, stop };
  };

  it('locks the window and drops the keys for sleep, and reads them again afterwards', () => {
    const { done, powerMonitor } = start(15);
    powerMonitor.emit('suspend');
    powerMonitor.emit('resume');
    expect(done).toEqual(['suspend', 'keys dropped', 'keys restored']);
  });

  it('locks the window alone when the screen is locked', () => {
    const { done, powerMonitor } = start(15);
    powerMonitor.emit('lock-screen');
    expect(done).toEqual(['lock-screen']);
  });

  it('locks once when nobody was there for the set time, and again after the next absence', () => {
    const { done, powerMonitor, stop } = start(15);
    const pass = (idleSeconds: number) => {
      powerMonitor.idle = idleSeconds;
      vi.advanceTimersByTime(15_000);
    };
    pass(14 * 60);
    expect(done).toEqual([]);
    pass(15 * 60);
    pass(16 * 60);
    expect(done).toEqual(['idle']);
    pass(3);
    pass(15 * 60 + 10);
    expect(done).toEqual(['idle', 'idle']);
    stop();
    pass(3);
    pass(3600);
    expect(done).toHaveLength(2);
  });

  it('never locks for idleness at 0 minutes', () => {
    const { done, powerMonitor } = start(0);
    powerMonitor.idle = 86_400;
    vi.advanceTimersByTime(600_000);
    expect(done).toEqual([]);
  });

  it.each([
    [undefined, 15],
    ['', 15],
    ['0', 0],
    ['5', 5],
    ['-1', 15],
    ['1e9', 15],
    ['soon', 15],
  ])('takes %s as %i minutes', (value, minutes) => expect(idleMinutes(value)).toBe(minutes));
});
