import { changes } from '../platform/db/conflicts.ts';
import { readRetention, writeRetention } from '../platform/db/retention-settings.ts';
import type { Handlers } from '../platform/http/handler.ts';

export const retentionHandlers = {
  getRetention: ({ tx }) => readRetention(tx),

  async updateRetention(context, { body }) {
    const { tx, now } = context;
    const before = await readRetention(tx);
    await writeRetention(tx, body, now);
    const after = await readRetention(tx);
    await context.audit({ resourceType: 'retention', details: changes(before, after) });
    return after;
  },
} satisfies Partial<Handlers>;
