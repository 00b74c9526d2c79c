import fc from 'fast-check';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';
import { importing, type Key, newBatch, resultOf, table } from '../testing/imports.ts';

const REASON = '&mixUpReason=The%20factory%20sent%20a%20corrected%20list';

describe.each(testEngines())('a corrected file of mixed-up devices on $name', ({ create }) => {
  let app: TestConsole;
  let as: string;
  let batchId: number;
  let keys: Key[];
  beforeAll(async () => {
    app = await testConsole(await create());
    as = await app.signIn('operations');
  });
  beforeEach(async () => {
    ({ batchId, keys } = await newBatch({ app, as }));
  });
  afterAll(() => app?.close());
  const { upload, ended } = importing(() => ({ app, as }));
  const send = async (rows: (string | null)[][], query: string) =>
    ended(
      await upload(
        `/key-batches/${batchId}/manufactured-devices?dryRun=${query}`,
        table([['mac', 'advertisement key'], ...rows.map((row) => row.map((cell) => cell ?? ''))]),
      ),
    );
  /** MAC address by advertisement key (base64). */
  const stored = async () => {
    const { rows } = await app.parts.db.query<{ key: string; mac: string | null; id: number }>(sql`
      select encode(k.advertisement_key, 'base64') as key, upper(t.mac_address::text) as mac, t.id
      from device_keys k join trackers t on t.id = k.tracker_id where t.key_batch_id = ${batchId}`);
    return new Map(rows.map((row) => [row.key, row]));
  };
  const macsByKey = async () => new Map([...(await stored())].map(([key, { mac }]) => [key, mac]));
  /** The first file gave each key the MAC that `order` names, by place. */
  const first = async (order: readonly number[]) => {
    const rows = order.map((of, i) => [keys[of]!.mac, keys[i]!.key]);
    expect(resultOf(await send(rows, 'false'))).toMatchObject({ rejected: 0, stored: order.length });
  };

  it('puts any mix-up right, swaps and chains, and shows each change first', async () => {
    const order = fc.shuffledSubarray([...Array(12).keys()], { minLength: 12, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(order, async (mixed) => {
        ({ batchId, keys } = await newBatch({ app, as }));
        await first(mixed);
        const before = await macsByKey();
        const wrong = mixed.filter((of, i) => of !== i).length;
        const truth = keys.map(({ mac, key }) => [mac, key]);
        const plain = resultOf(await send(truth, 'true'));
        expect(plain).toMatchObject({ rejected: wrong, alreadyImported: 12 - wrong });
        const dry = resultOf(await send(truth, `true${REASON}`));
        expect(dry).toMatchObject({ rejected: 0, accepted: wrong, alreadyImported: 12 - wrong });
        expect(dry.notes).toHaveLength(wrong);
        for (const { row, message } of dry.notes) expect(message).toContain(`${keys[row - 2]!.mac} gets the keys of`);
        expect(await macsByKey()).toEqual(before);
        expect(resultOf(await send(truth, `false${REASON}`))).toMatchObject({ rejected: 0, stored: wrong });
        expect(await macsByKey()).toEqual(new Map(keys.map(({ key, mac }) => [key, mac])));
        // Once more, there is nothing to do.
        expect(resultOf(await send(truth, `false${REASON}`))).toMatchObject({ stored: 0, alreadyImported: 12 });
      }),
      { numRuns: 3 },
    );
  }, 180_000);

  it('gives the keys that are over to the tracker without a label, and rejects a chain without an end', async () => {
    await first([0, 1, 2]);
    // The label of the first is on the fourth device, which had none.
    const open = resultOf(
      await send(
        [
          [keys[0]!.mac, keys[3]!.key],
          [keys[1]!.mac, keys[2]!.key],
        ],
        `true&mode=good-rows${REASON}`,
      ),
    );
    expect(open).toMatchObject({ accepted: 1, rejected: 1 });
    expect(open.problems).toMatchObject([
      {
        row: 3,
        code: 'mix-up-without-end',
        message: expect.stringContaining(`${keys[2]!.mac} has the keys of this row`),
      },
    ]);
    const nothing = await send(
      [
        [keys[0]!.mac, keys[3]!.key],
        [keys[1]!.mac, keys[2]!.key],
      ],
      `false${REASON}`,
    );
    expect(resultOf(nothing)).toMatchObject({ stored: 0, rejected: 1 });
    const before = await stored();
    const part = await send(
      [
        [keys[0]!.mac, keys[3]!.key],
        [keys[1]!.mac, keys[2]!.key],
      ],
      `false&mode=good-rows${REASON}`,
    );
    expect(resultOf(part)).toMatchObject({ stored: 1, rejected: 1 });
    const after = await stored();
    expect(after.get(keys[3]!.key)).toMatchObject({ mac: keys[0]!.mac, id: before.get(keys[0]!.key)!.id });
    expect(after.get(keys[0]!.key)).toMatchObject({ mac: null, id: before.get(keys[3]!.key)!.id });
    for (const n of [1, 2]) expect(after.get(keys[n]!.key)).toEqual(before.get(keys[n]!.key));
    const admin = await app.signIn('admin');
    const { items } = (await app.send('GET', '/audit-entries?action=trackers.moveKeys', { as: admin })).body;
    expect(items[0].details).toMatchObject({ reason: 'The factory sent a corrected list', jobId: part.id });
  });
});
