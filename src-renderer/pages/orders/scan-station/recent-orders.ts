import { z } from 'zod';

const KEY = 'console.station-orders';
const MOST = 20;
const HOUR_MS = 3_600_000;
const recent = z.array(z.object({ orderId: z.number(), userId: z.number(), at: z.number() }));
type Recent = z.infer<typeof recent>;

function read(storage: Storage): Recent {
  try {
    return recent.parse(JSON.parse(storage.getItem(KEY) ?? '[]'));
  } catch {
    return [];
  }
}

/** Notes that a person works on an order at this workstation. */
export function noteOrder(storage: Storage, orderId: number, userId: number, at: number): void {
  const others = read(storage).filter((one) => one.orderId !== orderId || one.userId !== userId);
  try {
    storage.setItem(KEY, JSON.stringify([{ orderId, userId, at }, ...others].slice(0, MOST)));
  } catch {
    // A full storage: the list of all orders is there.
  }
}

/** The orders that a person worked on here, the last first, and the one of the last hour; null when there is none. */
export function ordersOf(storage: Storage, userId: number, now: number): { ids: number[]; ofLastHour: number | null } {
  const own = read(storage).filter((one) => one.userId === userId);
  const [last] = own;
  return { ids: own.map(({ orderId }) => orderId), ofLastHour: last && now - last.at < HOUR_MS ? last.orderId : null };
}
