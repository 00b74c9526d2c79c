import { count } from './format.ts';

const number = (n: number, one: string, many: string) => `${count(n)} ${n === 1 ? one : many}`;

/** Words for devices that carry one another's labels. */
export const mixUp = {
  action: 'Fix a mix-up',
  title: 'Fix a mix-up',
  hint: 'For devices whose labels were swapped. Keys and reports move to the tracker whose label is on the device. Label, order and runs stay.',
  isIn: (label: string) => `The device with the label ${label} is listed as`,
  last: (label: string, first: string) => `The device with the label ${label} is then listed as ${first}.`,
  another: 'No, it is listed as another tracker',
  reason: 'Reason',
  preview: 'See what changes',
  apply: 'Fix',
  done: 'Fixed. The status history of these trackers is being recalculated.',
  changes: 'What changes',
  gets: 'gets the keys of',
  comeAndGo: (of: { reportsGot: number; reportsGone: number; visits: number; deliveries: number }) =>
    `${number(of.reportsGot, 'report comes', 'reports come')}. ${number(of.reportsGone, 'report', 'reports')}, ${number(of.visits, 'visit', 'visits')} and ${number(of.deliveries, 'delivery', 'deliveries')} of its own move away.`,
  fitsNot: (labels: readonly string[]) =>
    `The keys do not broadcast under the address on ${labels.length === 1 ? 'the label' : 'the labels'} ${labels.join(', ')}. This is right only for firmware that uses its own address.`,
  folded: 'Visits and deliveries are recalculated from the reports it gets.',
  foldedFrom: (day: string) =>
    `Visits and deliveries are recalculated from the reports it gets. History before ${day} stays: its reports are no longer kept.`,
};

/** Words for a single key that is another device's. */
export const moveKey = {
  action: 'Move',
  of: (key: number) => `Move key ${count(key)}`,
  title: (key: number) => `Move key ${count(key)} to another tracker`,
  hint: 'For a key that another device broadcasts. It moves with the reports that were heard under it. Labels, orders and runs stay.',
  to: 'The tracker that broadcasts it',
  apply: 'Move the key',
  change: (of: { keysBefore: number; keysAfter: number; reportsGot: number; reportsGone: number }) =>
    `has ${number(of.keysAfter, 'key', 'keys')} then, not ${count(of.keysBefore)}. ${
      of.keysAfter > of.keysBefore
        ? number(of.reportsGot, 'report comes', 'reports come')
        : number(of.reportsGone, 'report goes', 'reports go')
    }.`,
};
