export { ColumnChoice } from './data-table/ColumnChoice.tsx';
export type { Column } from './data-table/columns.ts';
export { DataTable, type TableProps } from './data-table/DataTable.tsx';
export { MAX_SELECTED } from './data-table/use-select-all.ts';
