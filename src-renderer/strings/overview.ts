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
  noChart: 'Nothing to draw yet',
  runs: 'Active production runs',
  runsLabel: 'Active production runs',
  noRuns: 'No production run is active',
  run: { name: 'Production run', client: 'Client', ends: 'Ends', trackers: 'Trackers', statuses: 'Statuses' },
  deliveries: 'Recent deliveries',
  noDeliveries: 'No deliveries yet',
  all: 'See all',
} as const;
