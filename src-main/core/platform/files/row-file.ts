/** A row as it was sent. `row` counts as a spreadsheet shows it: the header is row 1. */
export interface FileRow {
  row: number;
  cells: string[];
}

/** A file of rows that can be read any number of times. What else an opened file has, such as its header, is plain data. */
export interface RowFile<Row extends FileRow = FileRow> {
  rows(): AsyncGenerator<Row, void, undefined>;
}

/** Limits of one file that a stranger made. */
export interface RowLimits {
  /** Rows, of a table far larger than any batch. */
  rows: number;
  /** Cells of a row, and characters of a cell, that are kept; what is longer is cut, and refused by any rule. */
  cells: number;
  characters: number;
  /** Of the process that reads it: V8's heap, and all memory, with what lies outside of the heap. */
  heapMb: number;
  memoryMb: number;
  /** How long the process may think about one question. */
  stepMs: number;
}

export const rowLimits: RowLimits = {
  rows: 2_000_000,
  cells: 1_000,
  characters: 10_000,
  heapMb: 1024,
  memoryMb: 1536,
  stepMs: 120_000,
};

/** What a reading process is started with. */
export interface ReaderData {
  options: unknown;
  limits: RowLimits;
}

/** Host -> reading process. Each is answered once, before the next is sent. */
export type ToReader =
  | { type: 'piece'; bytes: Uint8Array }
  | { type: 'open' }
  /** Begins at the first row again. */
  | { type: 'rows' }
  | { type: 'next' };

export type FromReader =
  | { type: 'done' }
  /** All that the opened file has but its rows. */
  | { type: 'opened'; file: Record<string, unknown> }
  | { type: 'batch'; rows: FileRow[]; isLast: boolean }
  /** `bad-request` is for the person; anything else is not told. */
  | { type: 'failed'; code: 'bad-request' | 'internal'; message: string };
