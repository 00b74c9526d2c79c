/** A number as people and programs write it: sign, digits with one optional point, exponent. */
const plainNumber = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
/** The first characters that make spreadsheet programs take a cell for a formula (OWASP, "CSV Injection"). */
const formulaStart = /^[=+\-@\t\r]/;

/**
 * Makes a cell of a CSV file harmless to a spreadsheet program: text that it would run as a formula gets an apostrophe
 * before it. Plain numbers such as `-8.52` stay numbers. Quoting is left to the CSV writer.
 */
export function neutraliseCell(text: string): string {
  return formulaStart.test(text) && !plainNumber.test(text) ? `'${text}` : text;
}
