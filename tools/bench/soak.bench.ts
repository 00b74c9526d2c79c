import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { headless } from '../headless.ts';
import { type Figure, less, median } from './figure.ts';

/** `SOAK_MINUTES=30 npm run bench -- soak`; Linux, since it reads /proc. SOAK_CENTRAL=1 takes the servers of the tests. */
const MINUTES = Number(process.env.SOAK_MINUTES ?? 2);
const CLIENTS = 6;
const POLL_MS = 15_000;
const SAMPLE_MS = 15_000;
/** As long as caches fill, at most a third of the whole. */
const WARM_UP_MS = Math.min(10, MINUTES / 3) * 60_000;
/** Streams are taken up anew now and then, as by people who come and go. */
const STREAM_MS = 120_000;
const GOAL_MB = 350;
const PASSWORD = 'only for the soak of a bench';
const root = join(import.meta.dirname, '..', '..');
/** What people run: without it, what strips the types of the sources is in memory too. */
const built = join(root, 'out', 'main', 'node.js');

const paths = [
  '/overview',
  '/overview/charts',
  '/fetcher',
  '/alerts/summary',
  '/alerts?limit=50',
  '/trackers?limit=50',
  '/customer-orders?limit=50',
  '/map/trackers?bbox=-180,-85,180,85&zoom=3',
  '/jobs?limit=20',
  '/notices',
  '/audit-entries?limit=50',
  '/health/ready',
];

interface Sample {
  at: number;
  /** Megabytes: all of the process, and what of it is WebAssembly's memory, a part of the embedded engine's. */
  rss: number;
  engine: number;
  handles: number;
  connections: number;
  threads: number;
  files: number;
}

/** What a demo console uses while six people look at it, after ten minutes and at the end; the first is the baseline. */
export async function figures(): Promise<Figure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'soak-'));
  const central = process.env.SOAK_CENTRAL === '1';
  const child = spawn(
    process.execPath,
    [
      ...headless.flags,
      existsSync(built) ? built : join(root, 'src-main', 'node', 'main.ts'),
      '--headless',
      '--demo',
      '--port',
      '0',
      '--data-dir',
      dataDir,
    ],
    {
      env: {
        ...headless.env,
        ...process.env,
        DATABASE_URL: central ? (process.env.SOAK_DATABASE_URL ?? '') : '',
        REDIS_URL: central ? (process.env.TEST_REDIS_URL ?? '') : '',
        CONSOLE_ADMIN_PASSWORD: PASSWORD,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stopping = new AbortController();
  try {
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    while (!printed.includes('The demo company is ready')) {
      if (child.exitCode !== null) throw new Error(`The console ended: ${printed}`);
      await sleep(1_000);
    }
    const base = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)![0];
    const counts = { answers: 0, failures: 0, events: 0 };
    const clients: Promise<void>[] = [];
    // One after the other: each attempt counts until it is judged.
    for (let n = 0; n < CLIENTS; n++) clients.push(client(base, await signIn(base), n, stopping.signal, counts));
    const samples: Sample[] = [];
    const begun = Date.now();
    while (Date.now() - begun < MINUTES * 60_000) {
      await sleep(SAMPLE_MS);
      if (child.exitCode !== null) throw new Error(`The console ended after ${Date.now() - begun} ms.`);
      samples.push(await sampleOf(child.pid!, dataDir, Date.now() - begun));
      const last = samples.at(-1)!;
      console.log(
        `${Math.round(last.at / 1000)} s: ${last.rss.toFixed(0)} MB, engine ${last.engine.toFixed(0)} MB, ${last.handles} handles, ` +
          `${last.connections} connections, ${last.threads} threads, ${last.files} files; ${counts.answers} answers, ` +
          `${counts.failures} failed, ${counts.events} events`,
      );
    }
    stopping.abort();
    await Promise.all(clients);
    child.kill('SIGTERM');
    await ended;
    return compared(samples, counts, central ? 0 : await engineAlone(join(dataDir, 'database')));
  } finally {
    stopping.abort();
    child.kill('SIGTERM');
    await ended;
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The first third after the warm-up against the last third, by their medians. */
function compared(samples: readonly Sample[], counts: { answers: number; failures: number }, alone: number): Figure[] {
  const warm = samples.filter(({ at }) => at > WARM_UP_MS);
  const third = Math.max(1, Math.floor(warm.length / 3));
  const [early, late] = [warm.slice(0, third), warm.slice(-third)];
  const of = (some: readonly Sample[], what: (sample: Sample) => number) => median(some.map(what));
  const growth = (name: string, unit: string, what: (sample: Sample) => number) =>
    less(`${name} at the end`, unit, of(late, what), { name: 'after the warm-up', value: of(early, what) });
  const beside = (sample: Sample) => sample.rss - alone;
  return [
    less('memory beside the engine', 'MB', of(late, beside), { name: 'goal', value: GOAL_MB }),
    growth('memory', 'MB', ({ rss }) => rss),
    growth('memory of WebAssembly', 'MB', ({ engine }) => engine + 1),
    growth('handles', '', ({ handles }) => handles),
    growth('connections', '', ({ connections }) => connections),
    growth('threads', '', ({ threads }) => threads),
    growth('files in the data directory', '', ({ files }) => files),
    less('failed answers', 'of all', counts.failures + 1, { name: 'answers', value: counts.answers }),
  ];
}

/** Megabytes of a process that runs nothing but the embedded engine on the same data, by the same settings. */
function engineAlone(database: string): Promise<number> {
  const child = spawn(process.execPath, [...headless.flags, join(import.meta.dirname, 'engine-alone.ts'), database], {
    env: { ...headless.env, ...process.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => (code === 0 ? resolve(Number(printed)) : reject(new Error(printed))));
  });
}

async function client(
  base: string,
  cookie: string,
  n: number,
  signal: AbortSignal,
  counts: { answers: number; failures: number; events: number },
): Promise<void> {
  const headers = { cookie };
  const streaming = follow(base, headers, signal, counts);
  while (!signal.aborted) {
    for (const path of paths) {
      const answer = await fetch(`${base}/api/v1${path}`, { headers, signal }).catch(() => null);
      await answer?.arrayBuffer().catch(() => undefined);
      if (signal.aborted) break;
      counts.answers++;
      if (!answer?.ok) {
        counts.failures++;
        if (counts.failures < 5) console.log(`${path}: ${answer?.status ?? 'no answer'}`);
      }
    }
    await sleep(POLL_MS + n * 37, undefined, { signal }).catch(() => undefined);
  }
  await streaming;
}

async function signIn(base: string): Promise<string> {
  const answer = await fetch(`${base}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  });
  if (!answer.ok) throw new Error(`no login: ${answer.status} ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
}

async function follow(base: string, headers: Record<string, string>, signal: AbortSignal, counts: { events: number }) {
  while (!signal.aborted) {
    const own = AbortSignal.any([signal, AbortSignal.timeout(STREAM_MS)]);
    try {
      const answer = await fetch(`${base}/api/v1/events`, { headers, signal: own });
      for await (const _chunk of answer.body!) counts.events++;
    } catch {
      // Given up after a while, or at the end.
    }
    await sleep(500, undefined, { signal }).catch(() => undefined);
  }
}

async function sampleOf(pid: number, dataDir: string, at: number): Promise<Sample> {
  const handles = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(handles.map((each) => readlink(`/proc/${pid}/fd/${each}`).catch(() => '')));
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const files = await readdir(dataDir, { recursive: true });
  const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return {
    at,
    rss: number('VmRSS') / 1024,
    engine: engineOf(await readFile(`/proc/${pid}/smaps`, 'utf8')),
    handles: handles.length,
    connections: targets.filter((target) => target.startsWith('socket:')).length,
    threads: number('Threads'),
    files: files.length,
  };
}

/** V8 reserves gigabytes behind each memory of WebAssembly, so that it needs no checks of bounds: by that it is known. */
function engineOf(smaps: string): number {
  const mappings = [...smaps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) (\S{4}) .*\n(?:\w+:.*\n)*?Rss:\s+(\d+) kB/gm)].map(
    ([, from, to, rights, rss]) => ({
      from: Number.parseInt(from!, 16),
      to: Number.parseInt(to!, 16),
      rights,
      megabytes: Number(rss) / 1024,
    }),
  );
  const GUARD = 1024 ** 3;
  return mappings.reduce((sum, mapping, index) => {
    const next = mappings[index + 1];
    const isGuarded = next?.from === mapping.to && next.rights!.startsWith('---') && next.to - next.from >= GUARD;
    return mapping.rights!.startsWith('rw') && isGuarded ? sum + mapping.megabytes : sum;
  }, 0);
}
