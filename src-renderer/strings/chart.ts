export const chart = {
  time: 'Time',
  dayOf: (zone: string) => `Day (${zone})`,
  showTable: 'Show as a table',
  showChart: 'Show as a chart',
} as const;
