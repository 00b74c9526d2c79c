export { ColumnChoice } from './data-table/ColumnChoice.tsx';
export type { Column } from './data-table/columns.ts';
export { DataTable } from './data-table/DataTable.tsx';
