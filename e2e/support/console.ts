import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { cloneDatabase } from '../../src-main/core/testing/database.ts';
import { isDesktop, startDesktop } from './desktop.ts';

const root = join(import.meta.dirname, '..', '..');
const READY_MS = 60_000;

export interface TestConsole {
  url: string;
  dataDir: string;
  adminPassword: string;
  /** Stops it as a person would (SIGTERM); the data stays for a further start. */
  stop(): Promise<void>;
}

export interface HeadlessConsole extends TestConsole {
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

export const ADMIN_PASSWORD = 'correct horse battery';

export interface StartOptions {
  dataDir: string;
  args?: string[];
  env?: Record<string, string>;
  /** Its database is out of reach, so that it won't be ready. */
  cutOff?: boolean;
  /** What the headless host prints when it has done what is waited for, beside being ready. */
  until?: { printed: RegExp; seconds: number };
}

/** Starts the built console and waits until it is ready: the headless host, or the desktop in the Electron project. */
export async function startConsole(options: StartOptions): Promise<TestConsole> {
  if (!isDesktop(test.info().project)) return startHeadless(options);
  const { dataDir, args = [] } = options;
  const desktop = await startDesktop({ dataDir, args, env: environment(options) as Record<string, string> });
  return { ...desktop, dataDir, adminPassword: ADMIN_PASSWORD };
}

const environment = ({ env }: StartOptions) => ({
  ...process.env,
  DATABASE_URL: '',
  REDIS_URL: '',
  CONSOLE_ADMIN_PASSWORD: ADMIN_PASSWORD,
  ...env,
});

/** The headless host on a free port, exactly as `npm start -- --headless` starts it. */
export async function startHeadless(options: StartOptions): Promise<HeadlessConsole> {
  const child = spawn(
    process.execPath,
    [
      join(root, 'out', 'main', 'node.js'),
      '--headless',
      '--port',
      '0',
      '--data-dir',
      options.dataDir,
      ...(options.args ?? []),
    ],
    {
      env: environment(options),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output = outputOf(child);
  const url = (await output.printed(/http:\/\/127\.0\.0\.1:\d+/, READY_MS))[0]!;
  if (!options.cutOff) await untilReady(url);
  if (options.until) await output.printed(options.until.printed, options.until.seconds * 1000);
  return {
    url,
    dataDir: options.dataDir,
    adminPassword: ADMIN_PASSWORD,
    stop: () => stop(child),
    kill: () => stop(child, 'SIGKILL'),
  };
}

export const temporaryDataDir = async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'console-e2e-'));
  return { dataDir, remove: () => rm(dataDir, { recursive: true, force: true }) };
};

/**
 * The data of a console that was started once (`prepare.ts`): a further start of it takes a fraction of the first. `env`
 * names its database where the server of the tests has it.
 */
export async function preparedDataDir() {
  const { dataDir, remove } = await temporaryDataDir();
  await cp(process.env.E2E_PREPARED_DIR as string, dataDir, { recursive: true });
  const template = process.env.E2E_PREPARED_DATABASE;
  if (template === undefined) return { dataDir, remove, env: {} };
  const { url, drop } = await cloneDatabase(template);
  return {
    dataDir,
    env: { DATABASE_URL: url },
    remove: async () => {
      await drop();
      await remove();
    },
  };
}

/** What a process prints, from its start on. */
function outputOf(child: ChildProcess) {
  let text = '';
  const looks = new Set<() => void>();
  const read = (chunk: Buffer) => {
    text += chunk.toString();
    for (const look of looks) look();
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  return {
    printed: (wanted: RegExp, patienceMs: number) =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        const done = (settle: () => void) => {
          looks.delete(look);
          clearTimeout(timer);
          settle();
        };
        const look = () => {
          const found = wanted.exec(text);
          if (found) done(() => resolve(found));
        };
        child.once('exit', (code) => done(() => reject(new Error(`the console ended with code ${code}:\n${text}`))));
        const timer = setTimeout(
          () => done(() => reject(new Error(`the console did not print ${wanted}:\n${text}`))),
          patienceMs,
        );
        looks.add(look);
        look();
      }),
  };
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  let last = '';
  while (Date.now() < deadline) {
    const answer = await fetch(`${url}/api/v1/health/ready`).catch(() => null);
    if (answer?.status === 200) return;
    last = answer ? await answer.text() : 'no answer';
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the console did not become ready: ${last}`);
}

function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
