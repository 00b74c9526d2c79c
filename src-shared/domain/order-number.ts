/** The number of an order as people read it, made of its id: `ORD-000123`. */
export const orderNumber = (id: number) => `ORD-${String(id).padStart(6, '0')}`;

/** The id in a scanned or typed number of an order, in any case, also as a keyboard of another layout types it; null when it is none. */
export function orderIdIn(text: string): number | null {
  const digits = /^ORD\W?(\d{1,12})(?:\W\d{1,6})?$/i.exec(text.trim())?.[1];
  const id = Number(digits);
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}
