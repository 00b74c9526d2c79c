import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { AppError } from '../core/platform/errors.ts';

/** Asks a person at a terminal. AppError with `instead` where there is none. */
export async function ask(question: string, instead: string): Promise<string> {
  return prompted(question, instead, process.stdout);
}

/** The same without showing what is typed. */
export async function askSecretly(question: string, instead: string): Promise<string> {
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() });
  process.stdout.write(question);
  const answer = await prompted('', instead, nothing);
  process.stdout.write('\n');
  return answer;
}

async function prompted(question: string, instead: string, output: NodeJS.WritableStream): Promise<string> {
  if (!process.stdin.isTTY) throw new AppError('validation-failed', instead);
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}
