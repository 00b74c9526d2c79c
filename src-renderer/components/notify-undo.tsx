import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { common } from '../strings/common.ts';
import { sentenceOf } from './ErrorState.tsx';

/** Long enough to read the sentence and to reach the button by keyboard (WCAG 2.2, 2.2.1). */
const SHOWN_MS = 20_000;

/** Says what was done, with a button that takes it back. */
export function notifyUndo(message: string, undo: () => Promise<unknown>): void {
  const id = crypto.randomUUID();
  const takeBack = async () => {
    notifications.update({ id, message: common.undoing, loading: true, autoClose: false });
    try {
      await undo();
      notifications.update({ id, message: common.undone, loading: false, autoClose: 4_000 });
    } catch (error) {
      notifications.update({
        id,
        color: 'red',
        title: common.notDone,
        message: sentenceOf(error),
        loading: false,
        autoClose: false,
      });
    }
  };
  notifications.show({
    id,
    autoClose: SHOWN_MS,
    message: (
      <Group justify="space-between" gap="sm" wrap="nowrap">
        {message}
        <Button variant="light" size="compact-sm" onClick={() => void takeBack()}>
          {common.undo}
        </Button>
      </Group>
    ),
  });
}
