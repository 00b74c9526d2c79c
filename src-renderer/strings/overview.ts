import { count } from './format.ts';

export const overview = {
  title: 'Overview',
  description: 'What needs somebody now, and how things stand.',
  attention: 'Needs attention',
  allWell: 'Nothing needs attention',
  allWellHint: 'No order is late, no active tracker is silent, and the fetcher works.',
  stats: {
    trackers: 'Trackers',
    trackersHint: (manufactured: number, allocated: number) =>
      `${count(manufactured)} manufactured, ${count(allocated)} allocated`,
    active: 'In active runs',
    silent: 'Silent trackers',
    silentHint: (active: number) => `of ${count(active)} in active runs`,
    orders: 'Open orders',
    ordersHint: (late: number) => (late === 0 ? 'none late' : `${count(late)} late`),
    runs: 'Active runs',
    runsHint: (notBegun: number, over: number) => `${count(notBegun)} not begun, ${count(over)} over`,
    queueLag: 'Fetch delay',
    queueLagHint: (due: number, depth: number) => `${count(due)} due of ${count(depth)} scheduled`,
  },
  lateOrder: (number: string, client: string) => `Order ${number} for ${client} is late`,
  lateOrderDetail: (due: string, allocated: number, quantity: number) =>
    `Due ${due}; ${count(allocated)} of ${count(quantity)} allocated`,
  moreLate: (n: number) => `${count(n)} more late ${n === 1 ? 'order' : 'orders'}`,
  silent: (n: number) =>
    n === 1 ? '1 tracker of an active run is silent' : `${count(n)} trackers of active runs are silent`,
  silentDetail: 'No report of theirs has come in lately',
  fetcherPaused: 'The fetcher is paused',
  fetcherPausedDetail: 'No reports are fetched until somebody resumes it',
  fetcherStopped: 'The fetcher does not run',
  fetcherStoppedDetail: 'No console that runs it is up',
  sourceOpen: (name: string) => `Report source ${name} is paused after failures`,
  noSources: 'No report source is set up',
  noSourcesDetail: 'Without one, no reports can be fetched',
  failing: (n: number) =>
    n === 1
      ? '1 tracker is absent from answers again and again'
      : `${count(n)} trackers are absent from answers again and again`,
  failingDetail: 'See the failures of the fetcher',
  notEnrolled: 'This console is not enrolled',
  notEnrolledDetail: 'It neither makes keys nor decrypts reports until the passphrase is given under Settings',
  statusNow: 'Statuses now',
  statusByDay: 'Statuses by day',
  statusByDayLabel: 'Trackers in transit, in storage and delivered, day by day',
  reportsByDay: 'Location reports by day',
  reportsByDayLabel: 'Location reports received, day by day',
  reports: 'Reports',
  deliveriesByDay: 'Deliveries by day',
  deliveriesByDayLabel: 'Trackers that reached a delivery location, day by day',
  deliveriesLabel: 'Deliveries',
  dwell: 'Time in storage',
  dwellLabel: 'Stays at storage locations that ended in the last 14 days, by how long they lasted',
  dwellBuckets: {
    'under-1h': 'Under 1 h',
    '1h-6h': '1 – 6 h',
    '6h-1d': '6 – 24 h',
    '1d-3d': '1 – 3 days',
    '3d-7d': '3 – 7 days',
    '7d-14d': '7 – 14 days',
    'over-14d': 'Over 14 days',
  },
  alerts: (n: number) => (n === 1 ? '1 open alert' : `${count(n)} open alerts`),
  alertsDetail: (critical: number, warning: number) =>
    [critical > 0 && `${count(critical)} critical`, warning > 0 && `${count(warning)} warnings`]
      .filter(Boolean)
      .join(', ') || 'For information only',
  noChart: 'Nothing to draw yet',
  runs: 'Active production runs',
  runsLabel: 'Active production runs',
  noRuns: 'No production run is active',
  run: { name: 'Production run', client: 'Client', ends: 'Ends', trackers: 'Trackers', statuses: 'Statuses' },
  deliveries: 'Recent deliveries',
  noDeliveries: 'No deliveries yet',
  all: 'See all',
} as const;
