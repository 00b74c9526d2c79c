import { type ImportedLocation, LOCATIONS_AT_ONCE } from '../../../../src-shared/contract/fence-drafts.ts';
import type { ImportProblem } from '../../../../src-shared/contract/jobs.ts';
import { call } from '../../../api/client.ts';

/** Below what the core takes as one body. */
const MOST_BYTES = 800_000;

/** The locations in parts that fit into one request each; one that is too large for any is a part of its own. */
function partsOf(locations: readonly ImportedLocation[]): ImportedLocation[][] {
  const parts: ImportedLocation[][] = [];
  let bytes = 0;
  for (const location of locations) {
    const size = JSON.stringify(location).length;
    const last = parts.at(-1);
    if (last && last.length < LOCATIONS_AT_ONCE && bytes + size <= MOST_BYTES) last.push(location);
    else {
      parts.push([location]);
      bytes = 0;
    }
    bytes += size;
  }
  return parts;
}

/** Has the core check everything and store nothing. @returns what is wrong, names given twice in the file among it */
export async function checkLocations(
  locations: readonly ImportedLocation[],
  signal: AbortSignal,
): Promise<ImportProblem[]> {
  const problems: ImportProblem[] = [];
  const first = new Map<string, number>();
  for (const part of partsOf(locations)) {
    const answer = await call(
      'importLocations',
      { body: { dryRun: true, locations: part } },
      { signal, idempotencyKey: crypto.randomUUID() },
    );
    for (const { row, field, message } of answer.problems)
      problems.push({ row, column: field, code: `${field}-refused`, message, value: null });
    // The core sees one part at a time.
    for (const { row, kind, name } of part) {
      const key = `${kind} ${name.toLowerCase()}`;
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, row);
      else if (!problems.some((problem) => problem.row === row && problem.column === 'name'))
        problems.push({
          row,
          column: 'name',
          code: 'name-refused',
          message: `It is in the file twice; see row ${earlier}.`,
          value: name,
        });
    }
  }
  return problems;
}

/** Stores them part by part, each as a whole. @returns how many were stored before an error, if there was one */
export async function storeLocations(
  locations: readonly ImportedLocation[],
  productionRunIds: number[],
): Promise<{ created: number; error: unknown }> {
  let created = 0;
  for (const part of partsOf(locations)) {
    try {
      const body = { dryRun: false, locations: part, productionRunIds };
      const done = await call('importLocations', { body }, { idempotencyKey: crypto.randomUUID() });
      if (done.problems[0]) return { created, error: new Error(done.problems[0].message) };
      created += done.created;
    } catch (error) {
      return { created, error };
    }
  }
  return { created, error: null };
}
