import type { KeyBatch, ManufacturerExportFormat } from '../../../src-shared/contract/key-batches.ts';

/** A name for the export that every file system takes: `key-batch-7-spring-run.csv`. */
export function exportFileName(batch: Pick<KeyBatch, 'id' | 'label'>, format: ManufacturerExportFormat): string {
  const label = batch.label
    .normalize('NFKD')
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 60);
  const stem = ['key-batch', batch.id, label].filter(Boolean).join('-');
  return format === 'keyfile' ? `${stem}_keyfile` : `${stem}.${format}`;
}
