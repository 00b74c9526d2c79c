import { z } from 'zod';
import { id, instant, line } from './common.ts';
import { operators } from './roles.ts';
import { json, route } from './route.ts';

/** More are put right by importing the corrected file. */
const MOST_MOVES = 100;
const labelled = z.object({ id, macAddress: z.string().nullable(), serialNumber: z.string().nullable() });
const count = z.number().int();
const keyMoveChange = z.object({
  /** The tracker with this label gets the keys that `keysOf` has now. */
  tracker: labelled,
  keysOf: labelled,
  /** Base64: the hashed key that is the first of `keysOf`, to be sent back with the move. */
  firstKey: z.string(),
  keys: count,
  /** Whether the label's MAC address is one that these keys are broadcast under; null without a MAC. */
  fitsLabel: z.boolean().nullable(),
  /** Reports that come with the keys, corrupt and waiting ones too. */
  reportsGot: count,
  /** What goes: reports to the other tracker, visits and deliveries that were worked out of them. */
  reportsGone: count,
  visits: count,
  deliveries: count,
});
export type KeyMoveChange = z.infer<typeof keyMoveChange>;

const singleKeyChange = z.object({
  tracker: labelled,
  keysBefore: count,
  keysAfter: count,
  /** Whether the label's MAC address is one that its keys are broadcast under then; null without a MAC. */
  fitsLabel: z.boolean().nullable(),
  /** Reports that come and go with the keys. */
  reportsGot: count,
  reportsGone: count,
});
export type SingleKeyChange = z.infer<typeof singleKeyChange>;

export const keyMoveRoutes = {
  moveDeviceKeys: route({
    method: 'POST',
    path: '/trackers/key-moves',
    summary:
      'Put right devices that were mixed up: each tracker gets all device keys of another, with their reports, as one set; a dry run shows what changes',
    tag: 'trackers',
    access: operators,
    body: json(
      z.object({
        moves: z
          .array(
            z.object({
              trackerId: id,
              keysOf: id,
              /** From the dry run: it is refused when the keys were moved since. */
              firstKey: z.base64().max(44).optional(),
            }),
          )
          .min(2)
          .max(MOST_MOVES),
        reason: line(3, 500),
        dryRun: z.boolean().default(false),
      }),
    ),
    output: json(
      z.object({
        changes: z.array(keyMoveChange),
        /** Reports before are no longer kept, so that what they led to stays where it is. */
        keptFrom: instant.nullable(),
        /** Folds the trackers again; null in a dry run. */
        jobId: id.nullable(),
      }),
    ),
    status: 200,
    idempotent: false,
    audited: 'trackers.moveKeys',
  }),
  moveSingleKeys: route({
    method: 'POST',
    path: '/trackers/single-key-moves',
    summary:
      'Move single device keys to other trackers, with what was heard under them; each tracker keeps one key at least; a dry run shows what changes',
    tag: 'trackers',
    access: operators,
    body: json(
      z.object({
        keys: z
          .array(
            z.object({
              /** Base64: which key. */
              hashedKey: z.base64().max(44),
              /** The tracker that it is believed to be of: it is refused when it was moved since. */
              fromTrackerId: id,
              toTrackerId: id,
            }),
          )
          .min(1)
          .max(MOST_MOVES),
        reason: line(3, 500),
        dryRun: z.boolean().default(false),
      }),
    ),
    output: json(
      z.object({
        /** Each tracker that gets or gives a key. */
        changes: z.array(singleKeyChange),
        keptFrom: instant.nullable(),
        jobId: id.nullable(),
      }),
    ),
    status: 200,
    idempotent: false,
    audited: 'trackers.moveKeys',
  }),
};
