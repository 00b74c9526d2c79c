import { Button, type ButtonProps, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { common } from '../strings/common.ts';
import { ErrorState } from './ErrorState.tsx';

interface ConfirmProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, and whether it can be undone. */
  body: ReactNode;
  confirmLabel: string;
  color?: string;
  /** Does it; when it throws, the dialog stays and shows why (with the references of a 409). */
  onConfirm: () => Promise<unknown>;
}

/** Asks before something that is hard to take back. Focus starts on Cancel. */
export function ConfirmModal({ opened, onClose, title, body, confirmLabel, color = 'red', onConfirm }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const close = () => {
    setFailure(null);
    onClose();
  };
  const confirm = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await onConfirm();
      close();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': common.close }}>
      <Stack gap="md">
        <Text size="sm" component="div">
          {body}
        </Text>
        {failure !== null && <ErrorState error={failure} title={common.notDone} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} data-autofocus>
            {common.cancel}
          </Button>
          <Button color={color} loading={busy} onClick={() => void confirm()}>
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface Props extends ButtonProps, Omit<ConfirmProps, 'opened' | 'onClose' | 'confirmLabel' | 'color'> {
  confirmLabel?: string;
  confirmColor?: string;
  children: ReactNode;
}

/** A button that asks first. */
export function ConfirmButton({ title, body, confirmLabel, confirmColor, onConfirm, children, ...button }: Props) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" {...button} onClick={open}>
        {children}
      </Button>
      <ConfirmModal
        opened={opened}
        onClose={close}
        title={title}
        body={body}
        confirmLabel={confirmLabel ?? (typeof children === 'string' ? children : common.confirm)}
        {...(confirmColor ? { color: confirmColor } : {})}
        onConfirm={onConfirm}
      />
    </>
  );
}
