import { randomBytes } from 'node:crypto';
import { SeenPayloads } from '../../src-main/core/fetching/ingest/seen-payloads.ts';
import { storeAnswer } from '../../src-main/core/fetching/ingest/store-answer.ts';
import { parseOlderAnswer } from '../../src-main/core/fetching/sources/answers.ts';
import type { KekHolder } from '../../src-main/core/keys/data-keys.ts';
import { p224Engine } from '../../src-main/core/keys/p224/load-engine.ts';
import { randomScalars } from '../../src-main/core/keys/p224/p224.ts';
import type { Database } from '../../src-main/core/platform/db/queryable.ts';
import { insertRun } from '../../src-main/core/testing/company.ts';
import { testEngines } from '../../src-main/core/testing/database.ts';
import { insertKek, insertKeyedTrackers, type KeyedTracker } from '../../src-main/core/testing/keyed-trackers.ts';
import { encryptUploads } from '../../src-main/demo/simulator/finder-phone.ts';
import { encodePlaintext } from '../../src-shared/domain/find-my/plaintext.ts';
import { type Figure, less, median } from './figure.ts';

const TRACKERS = 16;
/** In each answer, of each tracker; so many of them new. */
const REPORTS = 500;
const NEW = 2;
const ROUNDS = 9;
const DAY_MS = 86_400_000;

/**
 * Processor time of the console for a tracker whose answer has two new reports among 500: from the text of the answer to
 * stored reports. The database's own time is not in it, where it is a process of its own.
 */
export async function figures(): Promise<Figure[]> {
  const all: Figure[] = [];
  for (const engine of testEngines().filter(({ name }) => name === 'postgresql')) {
    const { db, close } = await engine.create();
    try {
      const keys = await insertKek(db);
      const { runId } = await insertRun(db, 'Bench', '2020-01-01', '2099-01-01');
      const trackers = await insertKeyedTrackers(db, keys, { count: TRACKERS, runId });
      const now = new Date();
      const payloads = trackers.map((tracker) => uploads(tracker, REPORTS + NEW * 2 * (ROUNDS + 2), now));
      const seen = new SeenPayloads();
      const times = { remembered: [] as number[], looked: [] as number[] };
      for (let round = -1; round < ROUNDS; round++)
        for (const [turn, kind] of (['remembered', 'looked'] as const).entries()) {
          const from = (2 * (round + 1) + turn) * NEW;
          const text = answerOf(trackers, payloads, from);
          const before = process.cpuUsage();
          const memory = kind === 'remembered' ? seen : new SeenPayloads();
          const { stored } = await fromAnswer({ db, keys, now, seen: memory }, trackers, text);
          const { user, system } = process.cpuUsage(before);
          // Both remember what the other stored: the next answer has it.
          if (kind === 'looked') await fromAnswer({ db, keys, now, seen }, trackers, text);
          if (round < 0) continue;
          if (stored !== NEW * TRACKERS) throw new Error(`${stored} reports were stored`);
          times[kind].push((user + system) / 1000 / TRACKERS);
        }
      const name = `processor time for a tracker, ${NEW} new of ${REPORTS} reports, ${engine.name}`;
      const baseline = { name: 'each looked up', value: median(times.looked) };
      all.push(less(name, 'ms', median(times.remembered), baseline));
    } finally {
      await close();
    }
  }
  return all;
}

function uploads({ advertisementKey }: KeyedTracker, count: number, now: Date): string[] {
  const made = Array.from({ length: count }, (_, n) => ({
    advertisementKey,
    plaintext: encodePlaintext({ latitude: 47 + n / 1e4, longitude: 8, horizontalAccuracyM: 20, statusByte: 0x20 }),
    ephemeralScalar: randomScalars(1, randomBytes),
    timestampMs: +now - 6 * DAY_MS + n * 600_000,
    confidence: 2,
    length: 88 as const,
  }));
  return encryptUploads(p224Engine(), made).map((payload) => Buffer.from(payload).toString('base64'));
}

function answerOf(trackers: readonly KeyedTracker[], payloads: readonly string[][], from: number): string {
  const results = trackers.flatMap(({ hashedKey: id }, n) =>
    payloads[n]!.slice(from, from + REPORTS).map((payload) => {
      return { id, payload, datePublished: 1_800_000_000_000, description: 'found', statusCode: 0 };
    }),
  );
  return JSON.stringify({ results, statusCode: '200' });
}

async function fromAnswer(
  { db, keys, now, seen }: { db: Database; keys: KekHolder; now: Date; seen: SeenPayloads },
  trackers: readonly KeyedTracker[],
  text: string,
) {
  const answer = parseOlderAnswer(JSON.parse(text), { who: 'apple', hasLogin: true });
  if (answer.kind !== 'reports') throw new Error('the answer was not understood');
  const trackerOf = new Map(trackers.map((tracker) => [tracker.hashedKey, tracker.id]));
  const deps = { db, engine: p224Engine(), now: () => now };
  const context = { deps, keys, maxReportAgeDays: 7, cap: null, sourceId: 0, requestId: crypto.randomUUID(), seen };
  return storeAnswer(context, { from: +now - 7 * DAY_MS, to: +now }, answer, trackerOf);
}
