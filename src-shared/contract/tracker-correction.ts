import { z } from 'zod';
import { id, line, params } from './common.ts';
import { operators } from './roles.ts';
import { json, route } from './route.ts';

/** Why somebody did it, in a sentence. */
const reason = line(3, 500);
const serialNumber = line(1, 100);
const change = z.object({ from: z.string().nullable(), to: z.string().nullable() });
const correction = z.object({
  macAddress: change.nullable(),
  serialNumber: change.nullable(),
  /** Whether the address is one that the tracker's own keys are broadcast under; null where it stays as it is. */
  fitsItsKeys: z.boolean().nullable(),
  /** The order whose papers and labels say what was there before. */
  customerOrder: z.object({ id, number: z.string() }).nullable(),
});
export type Correction = z.infer<typeof correction>;

export const trackerCorrectionRoutes = {
  previewTrackerCorrection: route({
    method: 'GET',
    path: '/trackers/{trackerId}/correction',
    summary: 'What a correction of MAC address or serial number would change; refused as the correction would be',
    tag: 'trackers',
    access: operators,
    params: params.tracker,
    query: z.object({ macAddress: z.string().max(100).optional(), serialNumber: z.string().max(100).optional() }),
    output: json(correction),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  correctTracker: route({
    method: 'POST',
    path: '/trackers/{trackerId}/correction',
    summary: 'Correct a mistyped MAC address or serial number, and nothing else; the former MAC is known for a year',
    tag: 'trackers',
    access: operators,
    params: params.tracker,
    body: json(
      z.object({
        macAddress: z.string().max(100).optional(),
        serialNumber: serialNumber.nullable().optional(),
        reason,
      }),
    ),
    output: json(correction),
    status: 200,
    idempotent: true,
    audited: 'tracker.correct',
  }),
  createTracker: route({
    method: 'POST',
    path: '/trackers',
    summary: 'Add one tracker by hand: with its private key, which is sealed at once, or with the public key only',
    tag: 'trackers',
    access: operators,
    body: json(
      z.object({
        productionRunId: id.nullable(),
        /** Base64 or hexadecimal, 28 bytes; one of the two. */
        privateKey: z.string().max(200).optional(),
        advertisementKey: z.string().max(200).optional(),
        macAddress: z.string().max(100).nullable().default(null),
        serialNumber: serialNumber.nullable().default(null),
        reason,
        /** Says what would be made, and makes nothing. */
        dryRun: z.boolean().default(false),
      }),
    ),
    output: json(
      z.object({
        /** Null in a dry run. */
        trackerId: id.nullable(),
        advertisementKey: z.string(),
        hashedAdvertisementKey: z.string(),
        /** The address that the usual firmware broadcasts this key under. */
        broadcastAddress: z.string(),
        macAddress: z.string().nullable(),
        hasPrivateKey: z.boolean(),
        /** A tracker that broadcasts another key under the same address; only the keys tell them apart. */
        sharesAddressWith: id.nullable(),
      }),
    ),
    status: 201,
    idempotent: false,
    audited: 'tracker.create',
    ownTransaction: true,
  }),
};
