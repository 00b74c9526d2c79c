export const statuses = ['UNKNOWN', 'IN_TRANSIT', 'IN_STORAGE', 'DELIVERED'] as const;
export type Status = (typeof statuses)[number];

/** The kind of a location decides which status its fence gives. */
export const locationKinds = ['storage', 'delivery'] as const;
export type LocationKind = (typeof locationKinds)[number];

/** Why the status rules leave a report out. */
export const leftOutReasons = ['outside-run-dates', 'inaccurate', 'invalid', 'no-run'] as const;

/** Aggregates are kept by UTC hour and UTC day. */
export const periods = ['hour', 'day'] as const;
