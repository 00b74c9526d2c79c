import type { NoPositionReason } from '../../src-shared/domain/no-position.ts';
import { count } from './format.ts';

/** What is said of a reason. */
interface Words {
  /** Of one tracker. */
  title: string;
  /** What it means and what to do. */
  hint: string;
  /** Stands before the time that goes with it. */
  time?: string;
  /** Of several trackers. */
  short: string;
  /** The button that leads to what mends it. */
  action?: string;
}

export const noPosition = {
  panel: 'Why is there no position?',
  client: 'Client',
  anyClient: 'Every client',
  noTrackers: 'This client has no trackers.',
  none: 'Every tracker has a position from the last 24 hours.',
  located: (located: number, trackers: number) =>
    `${count(located)} of ${count(trackers)} have a position from the last 24 hours. The others, by the first reason that applies:`,
  example: 'Show one',
  title: (known: boolean) => (known ? 'No new position for 24 hours' : 'No position'),
  times: (times: number) => (times === 1 ? 'Once' : `${count(times)} times in a row`),
  fetchNow: 'Ask for it now',
  reasons: {
    'no-private-key': {
      title: 'Its private key is not here.',
      hint: 'Reports are encrypted for that key, so it is not asked for. Import the tracker with its private key.',
      short: 'Private key not here',
      action: 'Import keys',
    },
    'not-manufactured': {
      title: 'It is not manufactured yet.',
      hint: 'No manufacturer’s file with its MAC has been imported. Import it, and the tracker is asked for.',
      short: 'Not manufactured yet',
      action: 'Go to manufacturers',
    },
    retired: {
      title: 'It is retired.',
      hint: 'Retired trackers are not asked for. Bring it back if it is in use again.',
      time: 'Since',
      short: 'Retired',
    },
    'no-run': {
      title: 'It is not in a production run.',
      hint: 'Only trackers of active runs are asked for. Assign it to a run, or scan it into an order that has one.',
      short: 'Not in a production run',
      action: 'Assign trackers',
    },
    'run-not-begun': {
      title: 'Its run has not begun.',
      hint: 'It is asked for from the first day of the run.',
      time: 'Begins',
      short: 'Run not begun',
      action: 'Show the run',
    },
    'run-over': {
      title: 'Its run is over.',
      hint: 'Nothing is fetched after the last day of a run, or when it is archived. Give the run a later last day, restore it, or move the tracker to another run.',
      time: 'Ended',
      short: 'Run over',
      action: 'Show the run',
    },
    'not-enrolled': {
      title: 'No console can open the keys.',
      hint: 'This console is not enrolled, and no other console fetches. Enrol it with the passphrase.',
      short: 'Console not enrolled',
      action: 'Enrol',
    },
    locked: {
      title: 'The keys of this console are locked.',
      hint: 'No other console fetches. Unlock the keys here.',
      short: 'Keys locked',
      action: 'Unlock',
    },
    'fetcher-paused': {
      title: 'The fetcher is paused.',
      hint: 'No source is asked until someone resumes it.',
      short: 'Fetcher paused',
      action: 'Go to the fetcher',
    },
    'fetcher-stopped': {
      title: 'No console runs the fetcher.',
      hint: 'Start a console with the fetcher on, and check that it reaches the database.',
      short: 'No console fetches',
      action: 'Go to the fetcher',
    },
    'no-source': {
      title: 'There is no report source.',
      hint: 'Without a source no reports are fetched. Add a source, or switch one on.',
      short: 'No report source',
      action: 'Go to the sources',
    },
    'source-failing': {
      title: 'No report source works.',
      hint: 'Each one fails, or reports none of the trackers it reported before. The Fetcher page says what is wrong with each.',
      time: 'Since',
      short: 'Report sources fail',
      action: 'Go to the sources',
    },
    'not-asked': {
      title: 'It has not been asked for yet.',
      hint: 'It waits for its turn.',
      time: 'Due',
      short: 'Not asked for yet',
    },
    absent: {
      title: 'No phone has reported it.',
      hint: 'It was not in complete answers. It may be out of reach of phones, switched off, or out of battery.',
      time: 'Last heard',
      short: 'Absent from complete answers',
    },
    'left-out': {
      title: 'It was heard, but its report does not count.',
      hint: 'The report is kept. It counts when its reason no longer applies.',
      time: 'Report of',
      short: 'Heard, report left out',
    },
    'not-folded': {
      title: 'It was heard just now.',
      hint: 'Its reports are stored and wait for the status engine. That takes seconds. If it takes longer, see the jobs.',
      time: 'Waiting since',
      short: 'Heard, status not yet updated',
      action: 'Go to jobs',
    },
    unheard: {
      title: 'It was asked for, but has not been heard yet.',
      hint: 'No answer contained it, and no answer is known to be complete. It is asked for again.',
      time: 'Asked',
      short: 'Asked for, not heard yet',
    },
    'not-fetched': {
      title: 'Locations are not being fetched at present.',
      hint: 'Ask those who run this console.',
      short: 'Not being fetched at present',
    },
    'no-news': {
      title: 'Nothing newer was reported.',
      hint: 'The sources know it, but no phone has reported it lately. It may be out of reach of phones.',
      time: 'Last report',
      short: 'Nothing newer reported',
    },
  } satisfies Record<NoPositionReason, Words> as Record<NoPositionReason, Words>,
  /** What a client's user reads instead: they can wait or ask, and nothing else. */
  forClients: {
    'run-not-begun': { hint: 'Locations are fetched from the first day of the run.' },
    'run-over': { hint: 'No locations are fetched after the last day of the run.' },
    'left-out': { hint: 'The report is listed with its reason.' },
    unheard: {
      title: 'No phone has reported it yet.',
      hint: 'It may be out of reach of phones, switched off, or out of battery.',
      short: 'Not reported yet',
    },
    'no-news': { hint: 'No phone has reported it lately. It may be out of reach of phones, or out of battery.' },
  } as Partial<Record<NoPositionReason, Partial<Words>>>,
};
