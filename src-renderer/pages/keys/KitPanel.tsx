import { Alert, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconDownload, IconTrash } from '@tabler/icons-react';
import { useCan } from '../../api/session.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { Facts } from '../../components/Facts.tsx';
import { useOperationForm } from '../../components/FormModal.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Time } from '../../components/Time.tsx';
import { keyProtection } from '../../strings/key-protection.ts';
import classes from './KeyProtectionPage.module.css';
import { PasswordModal } from './PasswordModal.tsx';
import type { Protection } from './StatePanel.tsx';
import { saveTicket } from './save-ticket.ts';

const { kit: words } = keyProtection;

/** The recovery kit while it still lies on this machine: get it to paper, and off the disk. */
export function KitPanel({ kit }: { kit: Protection['recoveryKit'] }) {
  const allowed = useCan('prepareRecoveryKit');
  const [opened, { open, close }] = useDisclosure(false);
  const prepare = useOperationMutation('prepareRecoveryKit');
  const remove = useOperationMutation('deleteRecoveryKit', { invalidates: ['getKeyProtection'] });
  const form = useOperationForm({ initialValues: { password: '' } });
  return (
    <Panel title={words.title}>
      {!allowed && <Text size="sm">{words.onlyAdmin}</Text>}
      {allowed && !kit && <Text size="sm">{words.none}</Text>}
      {allowed && kit && (
        <>
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} mb="sm">
            {words.left}
          </Alert>
          <Facts
            facts={[
              { label: words.path, value: <span className={classes.path}>{kit.path}</span> },
              { label: words.made, value: <Time value={kit.createdAt} /> },
            ]}
          />
          <Group gap="xs" mt="sm">
            <Button variant="default" leftSection={<IconDownload size={15} aria-hidden />} onClick={open}>
              {words.download}
            </Button>
            <ConfirmButton
              title={words.removeTitle}
              body={words.removeBody}
              leftSection={<IconTrash size={15} aria-hidden />}
              onConfirm={async () => {
                await remove.mutateAsync({});
                notifications.show({ message: words.removed });
              }}
              confirmLabel={words.remove}
            >
              {words.remove}
            </ConfirmButton>
          </Group>
          <PasswordModal
            opened={opened}
            onClose={close}
            title={words.downloadTitle}
            submitLabel={words.download}
            form={form}
            onSubmit={async (body) => saveTicket(await prepare.mutateAsync({ body }))}
          />
        </>
      )}
    </Panel>
  );
}
