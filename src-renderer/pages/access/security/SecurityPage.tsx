import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Page } from '../../../components/Page.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { ChangePassword } from '../../../layout/ChangePassword.tsx';
import { security as words } from '../../../strings/security.ts';
import classes from './SecurityPage.module.css';
import { SessionsPanel } from './SessionsPanel.tsx';
import { TokensPanel } from './TokensPanel.tsx';
import { TotpPanel } from './TotpPanel.tsx';

/** The own account: password, second factor, sessions, API tokens. Administrators see sessions and tokens of everybody. */
export default function SecurityPage() {
  const [changing, change] = useDisclosure(false);
  return (
    <Page title={words.title} description={words.description}>
      <div className={classes.grid}>
        <Panel title={words.password.title}>
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Text size="sm" c="dimmed">
              {words.password.hint}
            </Text>
            <Button variant="default" onClick={change.open} flex="none">
              {words.password.change}
            </Button>
          </Group>
          <ChangePassword opened={changing} onClose={change.close} />
        </Panel>
        <TotpPanel />
      </div>
      <SessionsPanel />
      <TokensPanel />
    </Page>
  );
}
