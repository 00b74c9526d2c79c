/** The sheet that is read, and the names of all that are shown. */
export interface WorkbookSheets {
  read: string;
  shown: string[];
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescaped = (text: string) =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi, (all, hex, decimal, name) => {
    if (name !== undefined) return entities[name] ?? all;
    const point = Number.parseInt(hex ?? decimal, hex === undefined ? 10 : 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : all;
  });

/** The sheets of a workbook in their order, by its `xl/workbook.xml` (ECMA-376, 18.2.19), and whether each is shown. */
export const sheetsOf = (xml: string): { name: string; shown: boolean }[] =>
  [...xml.matchAll(/<(?:\w{1,20}:)?sheet\s([^<>]*)>/g)].flatMap(([, attributes]) => {
    const name = /(?:^|\s)name="([^"]*)"/.exec(attributes!)?.[1];
    const hidden = /(?:^|\s)state="(?:hidden|veryHidden)"/.test(attributes!);
    return name ? { name: unescaped(name), shown: !hidden } : [];
  });
