import { count } from './format.ts';

const number = (n: number, one: string, many: string) => `${count(n)} ${n === 1 ? one : many}`;

/** Words for devices that carry one another's labels. */
export const mixUp = {
  action: 'Put right a mix-up',
  title: 'Put right a mix-up',
  hint: 'For devices that carry one another’s labels. What the device broadcasts, its keys and their reports, moves to the tracker whose label is on it. Label, order and runs stay.',
  isIn: (label: string) => `The device with the label ${label} is listed as`,
  last: (label: string, first: string) => `The device with the label ${label} is then the one listed as ${first}.`,
  another: 'No, it is listed as a third one',
  reason: 'Reason',
  preview: 'See what changes',
  apply: 'Put right',
  done: 'Put right; the status history of these trackers is worked out again.',
  changes: 'What changes',
  gets: 'gets the keys of',
  comeAndGo: (of: { reportsGot: number; reportsGone: number; visits: number; deliveries: number }) =>
    `${number(of.reportsGot, 'report comes', 'reports come')}. ${number(of.reportsGone, 'report', 'reports')}, ${number(of.visits, 'visit', 'visits')} and ${number(of.deliveries, 'delivery', 'deliveries')} of its own go.`,
  fitsNot: (labels: readonly string[]) =>
    `The keys are not broadcast under the address on ${labels.length === 1 ? 'the label' : 'the labels'} ${labels.join(', ')}. This is right only for firmware that uses an address of its own.`,
  folded: 'Visits and deliveries are worked out again from the reports that come.',
  foldedFrom: (day: string) =>
    `Visits and deliveries are worked out again from the reports that come. What was before ${day} stays as it is, since its reports are no longer kept.`,
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
