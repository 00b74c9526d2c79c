import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArchive, IconArchiveOff, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { common } from '../strings/common.ts';
import { ConfirmModal } from './ConfirmButton.tsx';
import { sentenceOf } from './ErrorState.tsx';
import { notifyUndo } from './notify-undo.tsx';

interface Question {
  title: string;
  body: ReactNode;
  onConfirm: () => Promise<unknown>;
}

interface Props {
  /** Says whose actions these are, for screen readers. */
  label: string;
  archived: boolean;
  onEdit?: () => void;
  /** Asked before; restoring is harmless and happens at once. */
  archive?: Question;
  /** Of the version that archiving led to, when it is taken back at once. */
  onRestore?: (version?: number) => Promise<unknown>;
  remove?: Question;
  /** Further items. */
  children?: ReactNode;
}

/** The few things that are done to a row of a list: edit, archive or restore, delete. */
export function RowMenu({ label, archived, onEdit, archive, onRestore, remove, children }: Props) {
  const [asked, setAsked] = useState<'archive' | 'remove' | null>(null);
  const question = asked === 'archive' ? archive : remove;
  const archiveWithUndo = async () => {
    const archived = (await archive?.onConfirm()) as { version?: number } | undefined;
    if (onRestore) notifyUndo(common.archived, () => onRestore(archived?.version));
  };
  const restore = () =>
    onRestore?.().catch((error: unknown) =>
      notifications.show({ color: 'red', title: common.notDone, message: sentenceOf(error) }),
    );
  return (
    <>
      <Menu position="bottom-end" withArrow shadow="md">
        <Menu.Target>
          <ActionIcon aria-label={label}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {children}
          {onEdit && (
            <Menu.Item leftSection={<IconPencil size={15} aria-hidden />} onClick={onEdit}>
              {common.edit}
            </Menu.Item>
          )}
          {archive && !archived && (
            <Menu.Item leftSection={<IconArchive size={15} aria-hidden />} onClick={() => setAsked('archive')}>
              {common.archive}
            </Menu.Item>
          )}
          {onRestore && archived && (
            <Menu.Item leftSection={<IconArchiveOff size={15} aria-hidden />} onClick={() => void restore()}>
              {common.restore}
            </Menu.Item>
          )}
          {remove && (
            <Menu.Item
              color="var(--mantine-color-error)"
              leftSection={<IconTrash size={15} aria-hidden />}
              onClick={() => setAsked('remove')}
            >
              {common.delete}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {question && (
        <ConfirmModal
          opened={asked !== null}
          onClose={() => setAsked(null)}
          title={question.title}
          body={question.body}
          confirmLabel={asked === 'archive' ? common.archive : common.delete}
          {...(asked === 'archive' ? { color: 'iris' } : {})}
          onConfirm={asked === 'archive' && onRestore ? archiveWithUndo : question.onConfirm}
        />
      )}
    </>
  );
}
