import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import type pg from 'pg';
import { withClient } from '../../src-main/core/platform/db/with-client.ts';

const HEAD =
  '-- What the migrations lead to, read from the catalogs. Not to be edited: `npm run schema` writes it.\n\n';
const sql = readFileSync(join(import.meta.dirname, 'postgresql.sql'), 'utf8');

interface Line {
  object: string;
  line: string | null;
}

/** The schema of a central database as text, read from its catalogs: a block for each object, in order of name. */
export function readSchema(connection: pg.ClientConfig): Promise<string> {
  return withClient(connection, async (client) => {
    // `pg` answers several statements with a list of results, which its types don't say.
    const results = (await client.query(sql)) as unknown as pg.QueryResult<Line>[];
    return textOf(results.flatMap(({ rows }) => rows));
  });
}

function textOf(lines: Line[]): string {
  const objects = new Map<string, string[]>();
  for (const { object, line } of lines) {
    const own = objects.get(object) ?? [object];
    if (line !== null) own.push(line.trim().replace(/^(?=.)/gm, '  '));
    objects.set(object, own);
  }
  // By code unit: the order must not depend on a collation.
  const blocks = [...objects.keys()].sort().map((object) => objects.get(object)!.join('\n'));
  return `${HEAD}${blocks.join('\n\n')}\n`;
}

/** The same of a workstation's store. SQLite keeps each statement as it was given, later changes worked in. */
export function readStoreSchema(db: Sqlite.Database): string {
  const statements = db
    .prepare<[], string>('select sql from sqlite_schema where sql is not null order by tbl_name, type desc, name')
    .pluck()
    .all();
  return `${HEAD}${statements.map((statement) => `${statement};\n`).join('\n')}`;
}
