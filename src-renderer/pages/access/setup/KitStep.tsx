import { Alert, Button, Checkbox, Group, Loader, Stack } from '@mantine/core';
import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { urlOf } from '../../../../src-shared/contract/api-client.ts';
import { api } from '../../../api/client.ts';
import { downloadText } from '../../../api/download.ts';
import { useOperation, useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { setup } from '../../../strings/login.ts';
import { EntryFrame } from '../login/EntryFrame.tsx';
import classes from './KitStep.module.css';

const words = setup.kit;
interface Kit {
  fileName: string;
  text: string;
}

/** The recovery kit of the key that the console made at its first start: shown, printed, saved, and then off the disk. */
export function KitStep({ password, onDone }: { password: string; onDone: () => void }) {
  const protection = useOperation('getKeyProtection', {});
  const remove = useOperationMutation('deleteRecoveryKit', { invalidates: ['getKeyProtection'] });
  const [kit, setKit] = useState<Kit | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [kept, setKept] = useState(false);
  const done = useRef(onDone);
  done.current = onDone;
  const there = protection.data && protection.data.recoveryKit !== null;

  useEffect(() => {
    // A console that shares the database of others has none: its key came from them.
    if (there === false || protection.isError) done.current();
  }, [there, protection.isError]);
  useEffect(() => {
    if (!there) return;
    readKit(password).then(setKit, setFailure);
  }, [there, password]);

  const finish = () => remove.mutateAsync({}).then(onDone, setFailure);
  if (!there) return <Loader role="status" aria-label={words.title} />;
  return (
    <EntryFrame title={words.title} hint={words.hint} wide>
      <Stack gap="sm">
        {failure !== null && <ErrorState error={failure} title={words.failed} />}
        {kit && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
          <section className={classes.kit} tabIndex={0} aria-label={words.title}>
            {kit.text}
          </section>
        )}
        <Group gap="xs" grow className={classes.controls ?? ''}>
          <Button
            variant="default"
            disabled={!kit}
            leftSection={<IconPrinter size={16} aria-hidden />}
            onClick={() => window.print()}
          >
            {words.print}
          </Button>
          <Button
            variant="default"
            disabled={!kit}
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => kit && downloadText(kit.text, kit.fileName)}
          >
            {words.save}
          </Button>
        </Group>
        <Alert color="yellow" className={classes.controls ?? ''}>
          {words.warning}
        </Alert>
        <Checkbox
          className={classes.controls ?? ''}
          label={words.confirm}
          checked={kept}
          disabled={!kit}
          onChange={(event) => setKept(event.currentTarget.checked)}
        />
        <Group justify="space-between" className={classes.controls ?? ''}>
          <Button variant="subtle" color="gray" onClick={onDone}>
            {words.later}
          </Button>
          <Button disabled={!kept} loading={remove.isPending} onClick={() => void finish()}>
            {words.submit}
          </Button>
        </Group>
      </Stack>
    </EntryFrame>
  );
}

async function readKit(password: string): Promise<Kit> {
  const { ticket, fileName } = await api.prepareRecoveryKit({ body: { password } });
  const answer = await window.fetch(urlOf('fetchDownload', { params: { ticket } }), { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(words.failed);
  return { fileName, text: await answer.text() };
}
