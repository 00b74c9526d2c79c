import { TextInput } from '@mantine/core';
import { useNavigate } from 'react-router';
import { plainProfile } from '../../../../src-shared/contract/export-profile.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { manufacturers as words } from '../../../strings/manufacturers.ts';

/** Asks for name and contact; the form of its files is set on its own page, beside a preview. */
export function CreateManufacturer({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const create = useOperationMutation('createManufacturer', { invalidates: ['listManufacturers'] });
  const form = useOperationForm({ initialValues: { name: '', contact: '' } });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.create}
      form={form}
      onSubmit={async (values) => {
        const { id } = await create.mutateAsync({ body: { ...values, profile: plainProfile('csv') } });
        void navigate(`/manufacturers/${id}`);
      }}
    >
      <TextInput
        label={words.name}
        withAsterisk
        required
        maxLength={200}
        data-autofocus
        {...form.getInputProps('name')}
      />
      <TextInput
        label={words.contact}
        description={words.contactHint}
        maxLength={500}
        {...form.getInputProps('contact')}
      />
    </FormModal>
  );
}
