import { type ChildProcess, spawn } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keepRestarting } from './restarting.ts';

describe('a process that is started again', () => {
  /** Runs `code` as the process; `started` are all that were, in order. */
  function keep(code: () => string) {
    const started: ChildProcess[] = [];
    const printed: string[] = [];
    const kept = keepRestarting({
      start: async () => {
        const child = spawn(process.execPath, ['-e', code()], { stdio: ['ignore', 'pipe', 'pipe'] });
        started.push(child);
        return child;
      },
      isReady: (line) => line === 'ready',
      print: (line) => printed.push(line),
    });
    onTestFinished(() => kept.stop());
    return { kept, started, printed };
  }
  const runs = "console.log('ready'); setInterval(() => {}, 1000)";
  const hasEnded = (child: ChildProcess | undefined) => child!.exitCode !== null || child!.signalCode !== null;

  it('is the only one, however often it was asked for', async () => {
    const { kept, started } = keep(() => runs);
    expect(await kept.settled()).toBe(true);
    kept.restart();
    kept.restart();
    kept.restart();
    expect(await kept.settled()).toBe(true);
    expect(started.map(hasEnded)).toEqual([true, false]);
  });

  it('that fails waits for the next request, and says so', async () => {
    let code = "console.error('no semicolon'); process.exitCode = 3";
    const { kept, started, printed } = keep(() => code);
    expect(await kept.settled()).toBe(false);
    expect(printed).toEqual(['no semicolon', 'The core ended (code 3). It starts again with the next change.']);
    code = runs;
    kept.restart();
    expect(await kept.settled()).toBe(true);
    expect(started.map(hasEnded)).toEqual([true, false]);
  });

  it('ends with the stop, and is not started any more', async () => {
    const { kept, started } = keep(() => runs);
    await kept.settled();
    kept.restart();
    await kept.stop();
    expect(await kept.settled()).toBe(false);
    expect(started.map(hasEnded)).toEqual([true]);
  });
});
