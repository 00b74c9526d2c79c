import { z } from 'zod';

/** A stay at a place. With `hours` 0 it only bends the way there; with null it is where the journey ends. */
const stop = z.object({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  hours: z
    .number()
    .min(0)
    .max(24 * 365)
    .nullable(),
  /** How far from the point the goods may stand, in metres. */
  spreadM: z.number().min(0).max(5000).default(25),
});

/** What a tracker does: it stays, travels, and stays again. Registered beside a public key, and nothing else of it. */
export const routePlanSchema = z.object({
  /** First moment that it broadcasts, ISO 8601. */
  startAt: z.iso.datetime({ offset: true }),
  /** From here on it is silent (battery empty, lost); never, when left out. */
  endAt: z.iso.datetime({ offset: true }).optional(),
  stops: z.array(stop).min(1).max(50),
  /** Cruising speed of what carries it. */
  speedKmh: z.number().min(1).max(900).default(72),
  /** Length of the road over the great circle. */
  detour: z.number().min(1).max(3).default(1.25),
  /** Trackers with the same text travel in the same vehicle: same way, same breaks. */
  shipment: z.string().max(100).default(''),
  /** Mean count of reports an hour where phones are many (at a stop, in a city), and on the open road. */
  reportsPerHour: z
    .object({ atStops: z.number().min(0).max(120), onTheWay: z.number().min(0).max(120) })
    .default({ atStops: 1.2, onTheWay: 0.5 }),
  /** Days that one of the four battery levels lasts; null: a firmware that says nothing of its battery. */
  batteryDaysPerLevel: z.number().positive().nullable().default(45),
});
export type RoutePlan = z.infer<typeof routePlanSchema>;
export type RoutePlanInput = z.input<typeof routePlanSchema>;
