import { posix } from 'node:path';

/** A README of a room is read before its code, so it is short. */
const MAX_LINES = 60;

const QUOTED = /`([^`\s]+)`|\]\(([^)\s]+)\)/g;
const FILE = /^(?!https?:)[\w./-]+(?:\.(?:tsx?|md|sql|lua|json)|\/)$/;

/** The files and folders that a README names: in backquotes, or as a link. */
const namedIn = (text: string): string[] =>
  [...text.matchAll(QUOTED)].map((match) => match[1] ?? match[2] ?? '').filter((name) => FILE.test(name));

/**
 * What is wrong with a room's README, in sentences; `text` is null where there is none. Files are named from the room,
 * from core, or from the root.
 */
export function wrongReadme(folder: string, text: string | null, exists: (path: string) => boolean): string[] {
  const readme = `${folder}/README.md`;
  if (text === null) return [`${readme} is missing: say what lives there, what it may use, and where to begin.`];
  const lines = text.trimEnd().split('\n').length;
  const lost = namedIn(text).filter(
    (name) => ![folder, posix.dirname(folder), '.'].some((from) => exists(posix.join(from, name))),
  );
  return [
    ...(lines > MAX_LINES ? [`${readme} has ${lines} lines: ${MAX_LINES} are enough.`] : []),
    ...lost.map((name) => `${readme} names ${name}, which does not exist.`),
  ];
}
