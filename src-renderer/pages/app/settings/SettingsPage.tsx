import { Alert, Anchor, Button, Group, Skeleton, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconLock, IconShieldCheck } from '@tabler/icons-react';
import { Link } from 'react-router';
import { urlOf } from '../../../../src-shared/contract/api-client.ts';
import type { OperationOutput } from '../../../api/client.ts';
import { endSession, useCan, useSession } from '../../../api/session.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { CopyIcon } from '../../../components/MacAddress.tsx';
import { Page } from '../../../components/Page.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { StateBadge } from '../../../components/StateBadge.tsx';
import { ChangePassword } from '../../../layout/ChangePassword.tsx';
import { roleNames } from '../../../strings/common.ts';
import { settings as words } from '../../../strings/settings.ts';
import { ScheduleForm } from '../../fetching/ScheduleForm.tsx';
import { StatusRulesPanel } from '../../locations/StatusRulesPanel.tsx';
import { GeocoderPanel } from '../../map/GeocoderPanel.tsx';
import { MapPanel } from '../../map/MapPanel.tsx';
import { BackupsPanel } from '../../monitoring/BackupsPanel.tsx';
import { ConnectionsPanel } from '../../monitoring/ConnectionsPanel.tsx';
import { RetentionPanel } from '../../monitoring/RetentionPanel.tsx';
import { Appearance } from './Appearance.tsx';
import { NetworkPanel } from './NetworkPanel.tsx';
import classes from './SettingsPage.module.css';

type About = OperationOutput<'getAbout'>;

/** This console, its keys, the schedule, the own account and the looks. */
export default function SettingsPage() {
  const about = useOperation('getAbout', {});
  const maySeeFetcher = useCan('getFetcher');
  const maySeeRules = useCan('getStatusRules');
  const maySeeGeocoder = useCan('getGeocoder');
  const maySeeRetention = useCan('getRetention');
  const maySeeConnections = useCan('getDatabaseConnections');
  const maySeeBackups = useCan('getBackups');
  return (
    <Page title={words.title} description={words.description}>
      <div className={classes.grid}>
        <div className={classes.column}>
          {about.data ? (
            <AboutPanel about={about.data} />
          ) : about.isError ? (
            <ErrorState error={about.error} onRetry={() => void about.refetch()} />
          ) : (
            <Skeleton height={160} />
          )}
          <MapPanel />
          {maySeeGeocoder && <GeocoderPanel />}
          {maySeeFetcher && <NetworkPanel />}
          <Panel anchor="appearance" title={words.appearance}>
            <Appearance />
          </Panel>
        </div>
        <div className={classes.column}>
          {about.data && <KeysPanel about={about.data} />}
          <AccountPanel />
        </div>
      </div>
      {maySeeFetcher && <SchedulePanel />}
      {maySeeRules && <StatusRulesPanel />}
      {maySeeRetention && <RetentionPanel />}
      {maySeeConnections && <ConnectionsPanel />}
      {maySeeBackups && <BackupsPanel />}
      {about.data && about.data.attributions.length > 0 && (
        <Panel title={words.attributions}>
          <ul className={classes.attributions}>
            {about.data.attributions.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Panel>
      )}
    </Page>
  );
}

function AboutPanel({ about }: { about: About }) {
  return (
    <Panel title={words.about}>
      <Facts
        facts={[
          { label: words.version, value: about.version },
          { label: words.database, value: words.databases[about.database] },
          { label: words.schedule, value: words.schedules[about.schedule] },
          {
            label: words.api,
            value: (
              <Anchor href={urlOf('getOpenApi')} target="_blank" rel="noopener" size="sm">
                {words.openApi}
              </Anchor>
            ),
          },
        ]}
      />
    </Panel>
  );
}

const keyLooks = {
  ready: { tone: 'good', icon: IconShieldCheck },
  'not-enrolled': { tone: 'warn', icon: IconAlertTriangle },
  locked: { tone: 'warn', icon: IconLock },
} as const;

function KeysPanel({ about }: { about: About }) {
  const mayProtect = useCan('getKeyProtection');
  return (
    <Panel title={words.keys}>
      <Facts
        facts={[
          {
            label: words.keyState,
            value: <StateBadge {...keyLooks[about.keyState]} label={words.keyStates[about.keyState]} />,
          },
          {
            label: words.keyFile,
            value: about.keyFile && (
              <span className={classes.path}>
                {about.keyFile} <CopyIcon value={about.keyFile} />
              </span>
            ),
          },
        ]}
      />
      <Text size="sm" c="dimmed" mt="xs">
        {words.keyHints[about.keyState]}
      </Text>
      {mayProtect && (
        <Anchor component={Link} to="/key-protection" size="sm" mt={6} display="inline-block">
          {words.keyProtection}
        </Anchor>
      )}
      {about.keyFile && (
        <Alert color="yellow" mt="sm" icon={<IconAlertTriangle aria-hidden />}>
          {words.keyFileHint}
        </Alert>
      )}
    </Panel>
  );
}

function AccountPanel() {
  const { user } = useSession();
  const [changing, { open, close }] = useDisclosure(false);
  return (
    <Panel anchor="account" title={words.account}>
      <Facts
        facts={[
          { label: words.username, value: user.username },
          { label: words.name, value: user.displayName },
          { label: words.role, value: roleNames[user.role] },
          { label: words.client, value: user.client?.name },
        ]}
      />
      <Group gap="xs" mt="sm">
        <Button variant="default" onClick={open}>
          {words.changePassword}
        </Button>
        <Button variant="default" onClick={() => void endSession().catch(() => {})}>
          {words.logout}
        </Button>
      </Group>
      <ChangePassword opened={changing} onClose={close} />
    </Panel>
  );
}

/** The schedule's settings, which belong to the fetcher and are looked for here as well. */
function SchedulePanel() {
  const fetcher = useOperation('getFetcher', {});
  if (fetcher.data)
    return (
      <div>
        <ScheduleForm state={fetcher.data} />
        <Anchor component={Link} to="/fetcher" size="sm" mt={6} display="inline-block">
          {words.openFetcher}
        </Anchor>
      </div>
    );
  return fetcher.isError ? (
    <ErrorState error={fetcher.error} title={words.noFetcher} onRetry={() => void fetcher.refetch()} />
  ) : (
    <Skeleton height={120} />
  );
}
