import { TextInput } from '@mantine/core';
import type { Console } from '../../../src-shared/contract/consoles.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { FormModal, useOperationForm } from '../../components/FormModal.tsx';
import { consoles as words } from '../../strings/consoles.ts';

interface Props {
  console: Console;
  onClose: () => void;
  read: (consoleId: number) => Promise<Console>;
}

const valuesOf = ({ name }: Console) => ({ name });

/** The name that people know a console by. */
export function ConsoleForm({ console, onClose, read }: Props) {
  const update = useOperationMutation('updateConsole', { invalidates: ['listConsoles'] });
  const form = useOperationForm({ initialValues: valuesOf(console) });
  return (
    <FormModal
      opened
      onClose={onClose}
      title={words.renameTitle(console.hostName)}
      form={form}
      editing={{
        record: console,
        read: () => read(console.id),
        values: valuesOf,
        labels: { name: words.nameLabel },
      }}
      onSubmit={({ name }, { version }) =>
        update.mutateAsync({ params: { consoleId: console.id }, body: { name }, version })
      }
    >
      <TextInput
        label={words.nameLabel}
        description={words.nameHint}
        placeholder={console.hostName}
        maxLength={100}
        data-autofocus
        {...form.getInputProps('name')}
      />
    </FormModal>
  );
}
