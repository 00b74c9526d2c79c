export const chart = {
  time: 'Time',
  day: 'Day',
  showTable: 'Show as a table',
  showChart: 'Show as a chart',
} as const;
