import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { common } from '../../../strings/common.ts';

interface Props<R> {
  title: string;
  hint: string;
  onClose: () => void;
  size?: string;
  /** What is chosen, as a text that is another for another choice; null while it isn't complete. */
  of: string | null;
  /** The shortest reason that is taken. */
  leastReason?: number;
  /** Asks what would change, or does it: then with what was shown before. */
  send: (reason: string, shown: R | null) => Promise<R>;
  /** What would change. */
  show: (result: R) => ReactNode;
  labels: { reason: string; preview: string; apply: string; done: string };
  children: ReactNode;
}

/** A correction of what is past: chosen, given a reason, shown, and done only as it was shown. */
export function PreviewedChange<R>(props: Props<R>) {
  const { title, hint, onClose, size, of, leastReason = 1, send, show, labels, children } = props;
  const [reason, setReason] = useState('');
  const [shown, setShown] = useState<{ of: string; result: R } | null>(null);
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const present = shown !== null && shown.of === of ? shown.result : null;
  const ready = of !== null && reason.trim().length >= leastReason;

  const run = (work: () => Promise<void>) => () => {
    setAsking(true);
    setFailure(null);
    void work()
      .catch(setFailure)
      .finally(() => setAsking(false));
  };
  const preview = run(async () => setShown({ of: of!, result: await send(reason, null) }));
  const apply = run(async () => {
    await send(reason, present);
    notifications.show({ message: labels.done });
    onClose();
  });
  return (
    <Modal
      opened
      {...(size ? { size } : {})}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
        {children}
        <Textarea
          label={labels.reason}
          required
          maxLength={500}
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {present !== null && show(present)}
        {failure !== null && <ErrorState error={failure} title={common.notDone} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button variant="default" disabled={!ready} loading={asking} onClick={preview}>
            {labels.preview}
          </Button>
          <Button disabled={!ready || present === null} loading={asking} onClick={apply}>
            {labels.apply}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
