import { Anchor } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ManufacturerExport } from '../../../../src-shared/contract/key-batches.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { CalendarDate } from '../../../components/Time.tsx';
import { DateField } from '../../../dates/DateField.tsx';
import { formatDay } from '../../../dates/format.ts';
import { keyBatches } from '../../../strings/key-batches.ts';

const { export: words } = keyBatches;

/** The day by which the devices of an export are to be back. A factory may put it off. */
export function DueDate({ record, mayChange }: { record: ManufacturerExport; mayChange: boolean }) {
  const [opened, { open, close }] = useDisclosure(false);
  if (!mayChange) return <CalendarDate value={record.dueDate} />;
  const text = record.dueDate === null ? words.setDue : formatDay(record.dueDate);
  return (
    <>
      <Anchor component="button" type="button" size="sm" aria-label={words.dueOf(record.fileName, text)} onClick={open}>
        {text}
      </Anchor>
      {opened && <DueDateForm record={record} onClose={close} />}
    </>
  );
}

function DueDateForm({ record, onClose }: { record: ManufacturerExport; onClose: () => void }) {
  const form = useOperationForm({ initialValues: { dueDate: record.dueDate } });
  const set = useOperationMutation('setExportDueDate', {
    invalidates: ['listManufacturerExports', 'listManufacturerKeyOrders', 'getKeyBatch', 'listKeyBatches'],
  });
  return (
    <FormModal
      opened
      onClose={onClose}
      title={words.due}
      form={form}
      onSubmit={(body) => set.mutateAsync({ params: { manufacturerExportId: record.id }, body })}
    >
      <DateField label={words.due} description={words.dueHint} clearable {...form.getInputProps('dueDate')} />
    </FormModal>
  );
}
