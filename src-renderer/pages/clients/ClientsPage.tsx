import { Anchor, Button, Checkbox, Group } from '@mantine/core';
import { IconArchive, IconBuildingStore, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { type Client, clientSorts } from '../../../src-shared/contract/clients.ts';
import { useCan } from '../../api/session.ts';
import { useOperation, useOperationMutation, usePages } from '../../api/use-operation.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyList, ListSearch } from '../../components/ListPage.tsx';
import { Page } from '../../components/Page.tsx';
import { RowMenu } from '../../components/RowMenu.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { useNew } from '../../hooks/use-new.ts';
import { useSorting } from '../../hooks/use-sorting.ts';
import { idOf, useUrlFilters } from '../../hooks/use-url-filters.ts';
import { clients as words } from '../../strings/clients.ts';
import { common } from '../../strings/common.ts';
import { count } from '../../strings/format.ts';
import { BrandsPanel } from './BrandsPanel.tsx';
import { ClientForm } from './ClientForm.tsx';
import classes from './ClientsPage.module.css';

/** Clients at the left, the brands of the chosen one at the right. */
export default function ClientsPage() {
  const mayEdit = useCan('updateClient');
  const filters = useUrlFilters(['search', 'archived', 'clientId', 'sort'], ['clientId', 'archived', 'sort']);
  const { values, set } = filters;
  const includeArchived = values.archived === 'true';
  const sorting = useSorting(filters, clientSorts, 'name');
  const pages = usePages('listClients', {
    query: {
      ...(values.search ? { search: values.search } : {}),
      ...(includeArchived ? { includeArchived: 'true' as const } : {}),
      sort: sorting.sort,
    },
  });
  const chosenId = idOf(values.clientId) ?? pages.items[0]?.id;
  const listed = pages.items.find((client) => client.id === chosenId);
  const other = useOperation(
    'getClient',
    { params: { clientId: chosenId ?? 0 } },
    { enabled: chosenId !== undefined && !listed },
  );
  const chosen = listed ?? (chosenId ? other.data : undefined);
  const [creating, create] = useNew();
  const [edited, setEdited] = useState<Client | null>(null);
  const invalidates = ['listClients', 'getClient'] as const;
  const update = useOperationMutation('updateClient', { invalidates });
  const remove = useOperationMutation('deleteClient', {
    invalidates,
    onSuccess: () => set({ clientId: null }),
  });

  const columns: Column<Client>[] = [
    {
      id: 'name',
      header: words.name,
      sort: 'name',
      width: 190,
      fixed: true,
      cell: (client) => (
        <Group gap={6} wrap="nowrap">
          <Anchor
            component="button"
            type="button"
            size="sm"
            fw={client.id === chosenId ? 650 : 400}
            aria-current={client.id === chosenId}
            onClick={() => set({ clientId: client.id })}
          >
            {client.name}
          </Anchor>
          {client.archivedAt && <StateBadge tone="quiet" icon={IconArchive} label={common.archived} />}
        </Group>
      ),
    },
    {
      id: 'brands',
      header: words.brands,
      sort: 'brands',
      width: 76,
      align: 'right',
      cell: (client) => count(client.brandCount),
    },
    {
      id: 'trackers',
      header: words.trackers,
      sort: 'trackers',
      width: 90,
      align: 'right',
      cell: (client) => (
        <Anchor
          component={Link}
          size="sm"
          to={`/trackers?clientId=${client.id}`}
          aria-label={words.trackersOf(count(client.trackerCount), client.name)}
        >
          {count(client.trackerCount)}
        </Anchor>
      ),
    },
    {
      id: 'notes',
      header: words.notes,
      sort: 'notes',
      width: 200,
      cell: (client) => client.notes,
    },
  ];
  const menu: Column<Client> = {
    id: 'menu',
    header: '',
    width: 52,
    align: 'right',
    cell: (client) => {
      const params = { clientId: client.id };
      const { version } = client;
      return (
        <RowMenu
          label={words.actions(client.name)}
          archived={client.archivedAt !== null}
          onEdit={() => setEdited(client)}
          archive={{
            title: words.archiveTitle(client.name),
            body: words.archiveBody,
            onConfirm: () => update.mutateAsync({ params, body: { archived: true }, version }),
          }}
          onRestore={(seen = version) => update.mutateAsync({ params, body: { archived: false }, version: seen })}
          remove={{
            title: words.deleteTitle(client.name),
            body: words.deleteBody,
            onConfirm: () => remove.mutateAsync({ params, version }),
          }}
        />
      );
    },
  };
  const button = mayEdit && (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={create.open}>
      {words.create}
    </Button>
  );

  return (
    <Page title={words.title} description={words.description} actions={button}>
      <Group gap="md">
        <ListSearch filters={filters} label={words.search} />
        <Checkbox
          label={words.includeArchived}
          checked={includeArchived}
          onChange={(event) => set({ archived: event.currentTarget.checked ? 'true' : null })}
        />
      </Group>
      <div className={classes.columns}>
        <DataTable
          name="clients"
          label={words.table}
          columns={mayEdit ? [...columns, menu] : columns}
          pages={pages}
          {...sorting}
          rowKey={(client) => client.id}
          onOpen={(client) => set({ clientId: client.id })}
          maxHeight="calc(100vh - 190px)"
          empty={
            <EmptyList filters={filters} icon={IconBuildingStore} title={words.empty} hint={words.emptyHint}>
              {button}
            </EmptyList>
          }
        />
        {chosen && <BrandsPanel key={chosen.id} client={chosen} includeArchived={includeArchived} />}
      </div>
      <ClientForm opened={creating} onClose={create.close} onCreated={(client) => set({ clientId: client.id })} />
      {edited && <ClientForm key={edited.id} opened onClose={() => setEdited(null)} client={edited} />}
    </Page>
  );
}
