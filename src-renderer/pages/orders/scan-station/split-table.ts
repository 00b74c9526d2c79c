/**
 * The cells of a table in text: rows by line ends, cells by the one of tab, semicolon and comma that most lines have, so
 * that a comma inside a remark moves no column. Quoted cells keep separators, line ends and doubled quotes. Blank rows
 * are left out, and cells are trimmed.
 */
export function splitTable(text: string): string[][] {
  const separator = separatorOf(text);
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  // Without the spaces before it, so that a quote need not look through a long cell for its beginning.
  const add = (character: string) => {
    if (cell !== '' || character.trim() !== '') cell += character;
  };
  const endCell = () => {
    row.push(cell.trim());
    cell = '';
  };
  const endRow = () => {
    endCell();
    if (row.some((value) => value !== '')) rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quoted) {
      if (character !== '"') add(character);
      else if (text[at + 1] === '"') add(text[++at]!);
      else quoted = false;
    } else if (character === '"' && cell === '') {
      quoted = true;
    } else if (character === separator) endCell();
    else if (character === '\n' || character === '\r') endRow();
    else add(character);
  }
  endRow();
  return rows;
}

function separatorOf(text: string): string {
  const lines = text.split(/[\r\n]+/).slice(0, 1_000);
  const having = (separator: string) => lines.filter((line) => line.includes(separator)).length;
  return ['\t', ';', ','].reduce((best, next) => (having(next) > having(best) ? next : best));
}
