import { importsOf } from './sources.ts';

/** How a text of SQL begins, in lower or upper case; a sentence begins with a capital alone. */
const beginnings = [
  'select\\s',
  'insert into\\s',
  'update\\s+\\w+\\s+(?:as\\s+)?(?:\\w+\\s+)?set\\s',
  'delete from\\s',
  'merge into\\s',
  'truncate\\s',
  'copy\\s+\\w+\\s*(?:\\(|from|to)',
  'with\\s+(?:recursive\\s+)?\\w+\\s+(?:\\([^)]*\\)\\s+)?as\\s',
  '(?:create|alter|drop)\\s+(?:table|index|unique index|view|role|function|extension)\\s',
  'pragma\\s',
  'listen\\s',
  'notify\\s',
  'set local\\s',
];
const SQL = new RegExp(`['"\`]\\s*(?![A-Z][a-z])(?i:${beginnings.join('|')})`);

const mayHoldSql = (file: string) =>
  !file.startsWith('src-main/core/') || file.startsWith('src-main/core/platform/db/') || file.endsWith('-store.ts');

/** What a file of core holds of SQL though it is no store, in a sentence. */
export function misplacedSql(file: string, text: string): string[] {
  if (mayHoldSql(file)) return [];
  if (importsOf(text).some((each) => each.specifier === 'sql-template-tag')) {
    return [`${file} imports sql-template-tag: SQL stands in *-store.ts.`];
  }
  const found = SQL.exec(text)?.[0].slice(1).trim();
  return found === undefined ? [] : [`${file} has SQL ("${found} …"): SQL stands in *-store.ts.`];
}
