/** Terms of this console, each explained in a few short sentences. */
export const glossary = {
  productionRun: {
    name: 'Production run',
    text: 'Trackers of a brand that are followed from a first to a last day. Reports are fetched on these days only.',
  },
  runPeriod: {
    name: 'Run period',
    text: 'The time that a tracker belongs to one production run. Its goods, tags and note belong to this time.',
  },
  goodsReference: {
    name: 'Goods reference',
    text: 'What a tracker is fixed to, in the customer’s own numbering.',
  },
  keyBatch: {
    name: 'Key batch',
    text: 'Keys that were generated together. The manufacturer gets the public keys and builds one device for each.',
  },
  keyOrder: {
    name: 'Key order',
    text: 'The public keys of a batch, exported for one manufacturer. The factory sees it as an order.',
  },
  geofence: {
    name: 'Geofence',
    text: 'The area around a location. A tracker inside it is in storage or delivered; outside all fences it is in transit.',
  },
  reportSource: {
    name: 'Report source',
    text: 'Where reports come from: an account at Apple, or a haystack server.',
  },
  canary: {
    name: 'Canary',
    text: 'A key that a source has reported before and must report again. If it is missing from an answer, the answer is incomplete, and no tracker counts as absent.',
  },
  answerLimit: {
    name: 'Limits',
    text: 'How many reports and keys the source handles in one request. The fetcher learns this from incomplete answers and tries more from time to time.',
  },
  countedReport: {
    name: 'Counted report',
    text: 'A report that the status rules use. Reports outside the run’s dates or with poor accuracy do not count.',
  },
  delivered: {
    name: 'Delivered',
    text: 'The status of a tracker inside the fence of a delivery location. It counts from its first report inside.',
  },
  confirmedDelivery: {
    name: 'Confirmed delivery',
    text: 'A visit to a delivery location that lasted as long as the setting for deliveries asks. A tracker that only passes by is “Delivered” for a while, and never confirmed.',
  },
  stay: {
    name: 'Stay',
    text: 'How long a tracker is inside one fence, from the first report inside to the first one that shows it has left.',
  },
} as const;
export type GlossaryTerm = keyof typeof glossary;

export const helpWith = (name: string) => `What is “${name}”?`;
