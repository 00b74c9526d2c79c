export const chart = { time: 'Day' } as const;
