import type { Console } from '../../src-shared/contract/consoles.ts';
import { consoles as words } from '../strings/consoles.ts';
import { ago } from '../strings/format.ts';

/** What a console is called: as people named it, else as its computer is. */
export const nameOf = ({ name, hostName }: Pick<Console, 'name' | 'hostName'>): string => name || hostName;

/** What is wrong with a console, each with what to do. */
export const sentencesOf = (console: Console): string[] =>
  console.troubles.map((trouble) =>
    words.trouble[trouble]({ ...console, seenAgo: ago(Date.parse(console.seenAt), Date.now()) }),
  );
