import { TextInput } from '@mantine/core';
import { type Brand, type Client, clientRoutes } from '../../../src-shared/contract/clients.ts';
import { api } from '../../api/client.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { checkedBy } from '../../components/editing/check-form.ts';
import { FormModal, useOperationForm } from '../../components/FormModal.tsx';
import { clients as words } from '../../strings/clients.ts';

interface Props {
  opened: boolean;
  onClose: () => void;
  client: Client;
  brand?: Brand;
}

const valuesOf = (brand?: Brand) => ({ name: brand?.name ?? '' });

export function BrandForm({ opened, onClose, client, brand }: Props) {
  const invalidates = ['listBrands', 'getBrand', 'listClients', 'listProductionRuns'] as const;
  const create = useOperationMutation('createBrand', { invalidates });
  const update = useOperationMutation('updateBrand', { invalidates });
  const form = useOperationForm({
    initialValues: valuesOf(brand),
    validate: checkedBy(clientRoutes.updateBrand, (values) => values, { name: words.nameMissing }),
  });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={brand ? words.editTitle(brand.name) : words.brand.createTitle(client.name)}
      form={form}
      editing={
        brand && {
          record: brand,
          read: () => api.getBrand({ params: { brandId: brand.id } }),
          values: valuesOf,
          labels: words,
        }
      }
      onSubmit={({ name }, { version, changed }) =>
        brand
          ? update.mutateAsync({ params: { brandId: brand.id }, body: changed((all) => all), version })
          : create.mutateAsync({ body: { name, clientId: client.id } })
      }
    >
      <TextInput label={words.name} withAsterisk maxLength={200} data-autofocus {...form.getInputProps('name')} />
    </FormModal>
  );
}
