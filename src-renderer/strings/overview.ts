import { count } from './format.ts';

export const overview = {
  title: 'Overview',
  description: 'What needs attention now, and the current state.',
  attention: 'Needs attention',
  allWell: 'Nothing needs attention',
  allWellHint: 'No order is late, no active tracker is silent, and the fetcher works.',
  firstSteps: {
    title: 'First steps',
    hide: 'Don’t show again',
    next: 'Next',
    allDone: 'All first steps are done.',
    toMap: 'See it on the map',
    hideBar: 'Hide the first steps on this screen',
    progress: (done: number, total: number) => `${done} of ${total} done`,
    steps: {
      recoveryKit: {
        title: 'Put the recovery kit into a safe',
        hint: 'Print it, and delete it from this machine. Without it nobody can restore the keys.',
      },
      reportSource: { title: 'Add a report source', hint: 'Where the fetcher asks for location reports.' },
      manufacturer: { title: 'Add a manufacturer', hint: 'Who builds the devices, and the file that they take.' },
      keyBatch: { title: 'Make the first key batch', hint: 'Its public keys go to the manufacturer.' },
      import: {
        title: 'Import the manufactured devices',
        hint: 'Make an export for the manufacturer, and import the file that they send back.',
      },
      client: { title: 'Add a client', hint: 'Whose goods you track.' },
      brand: { title: 'Add a brand', hint: 'Each client has one or more.' },
      run: { title: 'Plan a production run', hint: 'Reports are fetched from its first to its last day.' },
      location: {
        title: 'Add storage and delivery locations',
        hint: 'A tracker gets its status from the location that it is at.',
      },
      order: { title: 'Take the first order', hint: 'What a client ordered, for one of their runs.' },
      position: {
        title: 'See the first position',
        hint: 'Scan devices into the order, then fetch now. It arrives once a run has begun and a phone has passed by.',
      },
    },
  },
  stats: {
    trackers: 'Trackers',
    trackersHint: (manufactured: number, allocated: number) =>
      `${count(manufactured)} manufactured, ${count(allocated)} allocated`,
    active: 'In active runs',
    silent: 'Silent trackers',
    silentHint: (active: number, hours: number, waiting: number) =>
      `of ${count(active)} in active runs, for ${count(hours)} h${waiting > 0 ? `; ${count(waiting)} more wait for a first report` : ''}`,
    orders: 'Open orders',
    noneLate: 'none late',
    lateOrders: 'Late orders',
    lateOrdersHint: (open: number) => `of ${count(open)} open`,
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
  silentDetail: (hours: number) => `No report has come in for ${count(hours)} hours, as the alerts count it`,
  fetcherPaused: 'The fetcher is paused',
  fetcherPausedDetail: 'No reports are fetched until somebody resumes it',
  fetcherStopped: 'The fetcher is not running',
  fetcherStoppedDetail: 'No console is running it',
  sourceOpen: (name: string) => `Report source ${name} is paused after failures`,
  sourceBlind: (name: string) => `Report source ${name} reports none of the trackers it reported before`,
  sourceBlindDetail:
    'No tracker counts as absent because of it. Its account may be limited: try another one, or log in again.',
  sourceNeverAsked: (name: string) => `Report source ${name} was never asked`,
  console: (name: string) => `The console ${name} needs attention`,
  sourceNeverAskedDetail:
    'Trackers are due, and no fetcher has asked it yet. Test it, and check that a fetcher is running.',
  noSources: 'No report source is set up',
  noSourcesDetail: 'Without one, no reports can be fetched',
  failing: (n: number, streak: number) =>
    n === 1
      ? `1 tracker was absent ${count(streak)} times in a row or more`
      : `${count(n)} trackers were absent ${count(streak)} times in a row or more`,
  failingDetail: 'See the failures of the fetcher',
  notEnrolled: 'This console is not enrolled',
  notEnrolledDetail: 'It can’t make keys or decrypt reports until someone enters its passphrase',
  locked: 'The keys are locked on this console',
  lockedDetail: 'It can’t make keys or decrypt reports until someone unlocks them',
  statusNow: 'Statuses now',
  statusByDay: 'Statuses by day',
  statusByDayLabel: 'Trackers in transit, in storage and delivered, day by day',
  reportsByDay: 'Location reports by day',
  reportsByDayLabel: 'Location reports received, day by day',
  reports: 'Reports',
  deliveriesByDay: 'Confirmed deliveries by day',
  deliveriesByDayLabel: 'Confirmed deliveries, day by day',
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
  noChart: 'No data yet',
  runs: 'Active production runs',
  runsLabel: 'Active production runs',
  noRuns: 'No production run is active',
  run: { name: 'Production run', client: 'Client', ends: 'Ends', trackers: 'Trackers', statuses: 'Statuses' },
  deliveries: 'Deliveries confirmed last',
  noDeliveries: 'No delivery is confirmed yet',
  all: 'See all',
} as const;
