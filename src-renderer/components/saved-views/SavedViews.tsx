import { ActionIcon, Button, Divider, Popover, Stack, Text, TextInput, Tooltip, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconBookmark, IconDeviceFloppy, IconLink, IconTrash } from '@tabler/icons-react';
import { useLocation, useNavigate } from 'react-router';
import type { SavedView } from '../../../src-shared/contract/saved-views.ts';
import { call } from '../../api/client.ts';
import { invalidateOperations } from '../../api/invalidate.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { savedViews as words } from '../../strings/saved-views.ts';
import { type Column, useHiddenColumns } from '../data-table/columns.ts';
import { ErrorState } from '../ErrorState.tsx';
import { FormModal, useOperationForm } from '../FormModal.tsx';
import { notifyUndo } from '../notify-undo.tsx';
import classes from './SavedViews.module.css';

interface Props<T> {
  list: SavedView['list'];
  /** Names the table whose columns a view keeps. */
  table: string;
  columns: Column<T>[];
}

/** The views that the person has kept of a list: go to one, keep the list as it is now, forget one. */
export function SavedViews<T>({ list, table, columns }: Props<T>) {
  const [opened, { toggle, close }] = useDisclosure(false);
  const [saving, save] = useDisclosure(false);
  const views = useOperation('listSavedViews', { query: { list } }, { enabled: opened || saving });
  const [hidden, setHidden] = useHiddenColumns(table, columns);
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const current = search.replace(/^\?/, '');
  const state = { search: current, hiddenColumns: [...hidden] };

  const open = (view: SavedView) => {
    if (view.state.hiddenColumns) setHidden(view.state.hiddenColumns);
    void navigate(`${pathname}${view.state.search && `?${view.state.search}`}`);
    close();
  };
  const keep = useOperationMutation('updateSavedView', {
    invalidates: ['listSavedViews'],
    onSuccess: (view) => notifications.show({ message: words.saved(view.name) }),
  });
  const forget = async (view: SavedView) => {
    await call('deleteSavedView', { params: { savedViewId: view.id }, version: view.version });
    invalidateOperations(['listSavedViews']);
    notifyUndo(words.removed(view.name), async () => {
      await call('createSavedView', { body: { list, name: view.name, state: view.state } });
      invalidateOperations(['listSavedViews']);
    });
  };
  const copyLink = async () => {
    await navigator.clipboard.writeText(window.location.href);
    notifications.show({ message: words.linkCopied });
  };
  return (
    <>
      <Popover opened={opened} onChange={close} position="bottom-end" width={330} shadow="md" trapFocus>
        <Popover.Target>
          <Button variant="default" leftSection={<IconBookmark size={15} aria-hidden />} onClick={toggle}>
            {words.button}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={words.label} p="xs">
          {views.isError && <ErrorState error={views.error} onRetry={() => void views.refetch()} />}
          {views.data?.items.length === 0 && (
            <Text size="sm" c="dimmed" p={6}>
              {words.empty}
            </Text>
          )}
          <ul className={classes.list}>
            {views.data?.items.map((view) => (
              <li key={view.id} className={classes.view}>
                <UnstyledButton
                  className={classes.open ?? ''}
                  onClick={() => open(view)}
                  {...(view.state.search === current ? { 'aria-current': true } : {})}
                >
                  {view.name}
                </UnstyledButton>
                <Tooltip label={words.update(view.name)}>
                  <ActionIcon
                    aria-label={words.update(view.name)}
                    onClick={() =>
                      keep.mutate({ params: { savedViewId: view.id }, body: { state }, version: view.version })
                    }
                  >
                    <IconDeviceFloppy size={15} aria-hidden />
                  </ActionIcon>
                </Tooltip>
                <Tooltip label={words.remove(view.name)}>
                  <ActionIcon aria-label={words.remove(view.name)} onClick={() => void forget(view)}>
                    <IconTrash size={15} aria-hidden />
                  </ActionIcon>
                </Tooltip>
              </li>
            ))}
          </ul>
          <Divider my={6} />
          <Stack gap={2}>
            <Button
              variant="subtle"
              justify="flex-start"
              leftSection={<IconBookmark size={15} aria-hidden />}
              onClick={() => {
                close();
                save.open();
              }}
            >
              {words.save}
            </Button>
            <Button
              variant="subtle"
              justify="flex-start"
              leftSection={<IconLink size={15} aria-hidden />}
              onClick={() => void copyLink()}
            >
              {words.copyLink}
            </Button>
          </Stack>
        </Popover.Dropdown>
      </Popover>
      <SaveView list={list} state={state} opened={saving} onClose={save.close} />
    </>
  );
}

interface SaveProps {
  list: SavedView['list'];
  state: SavedView['state'];
  opened: boolean;
  onClose: () => void;
}

function SaveView({ list, state, opened, onClose }: SaveProps) {
  const create = useOperationMutation('createSavedView', { invalidates: ['listSavedViews'] });
  const form = useOperationForm({ initialValues: { name: '' } });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.saveTitle}
      form={form}
      size="sm"
      onSubmit={async ({ name }) => {
        const view = await create.mutateAsync({ body: { list, name, state } });
        notifications.show({ message: words.saved(view.name) });
      }}
    >
      <Text size="sm" c="dimmed">
        {words.saveHint}
      </Text>
      <TextInput label={words.name} required maxLength={60} data-autofocus {...form.getInputProps('name')} />
    </FormModal>
  );
}
