export const chart = { day: 'Day', time: 'Time' } as const;
