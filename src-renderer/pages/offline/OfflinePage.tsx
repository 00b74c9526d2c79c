import { Alert, Button, Skeleton, Tabs } from '@mantine/core';
import { IconAlertTriangle, IconPackages } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { OutboxEntry, outboxStates } from '../../../src-shared/contract/workstation.ts';
import { useCan } from '../../api/session.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { useWorkstation } from '../../api/workstation.ts';
import { DifferencesPanel } from '../../components/box-differences/DifferencesPanel.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Page } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { boxDifferences as boxWords } from '../../strings/box-differences.ts';
import { offline as words } from '../../strings/offline.ts';
import classes from './OfflinePage.module.css';
import { OutboxTable } from './OutboxTable.tsx';
import { ScannerForm } from './ScannerForm.tsx';
import { SignInDaysForm } from './SignInDaysForm.tsx';
import { WorkstationFacts } from './WorkstationFacts.tsx';

const order = ['conflict', 'waiting', 'done', 'settled'] as const satisfies readonly (typeof outboxStates)[number][];

/** This workstation without the central database: its copy, what waits, what a person has to settle. */
export default function OfflinePage() {
  const workstation = useWorkstation();
  const [tab, setTab] = useState<OutboxEntry['state'] | null>(null);
  const hadToPutRight = useRef(false);
  const maySetDays = useCan('updateOfflineSettings');
  const { data } = workstation;
  if (!data)
    return (
      <Page title={words.title}>
        {workstation.isError ? (
          <ErrorState error={workstation.error} onRetry={() => void workstation.refetch()} />
        ) : (
          <Skeleton height={240} />
        )}
      </Page>
    );
  // What is known on arrival may be older than the link that led here. Once shown, the list stays: settling it should not
  // take it away from under the hand.
  const toPutRight = data.differences.toTakeOut + data.differences.toPutBack;
  if (toPutRight > 0) hadToPutRight.current = true;
  const shown = tab ?? (hadToPutRight.current ? 'conflict' : 'waiting');
  const counted = { conflict: toPutRight, waiting: data.outbox.waiting, done: null, settled: null };
  return (
    <Page title={words.title} description={words.description}>
      {data.problem !== null && <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={data.problem} />}
      {data.damagedFiles.map((file) => (
        <DamagedFile key={file.id} file={file} />
      ))}
      <div className={classes.grid}>
        <Panel title={words.state}>
          <WorkstationFacts state={data} />
        </Panel>
        <div className={classes.column}>
          <ScannerForm scanner={data.scanner} />
          {maySetDays && <SignInDaysForm days={data.signInDays} disabled={data.link === 'offline'} />}
        </div>
      </div>
      <Tabs value={shown} onChange={(next) => setTab(order.find((each) => each === next) ?? 'waiting')}>
        <Tabs.List>
          {order.map((state) => (
            <Tabs.Tab key={state} value={state}>
              {words.tabs[state]}
              {counted[state] ? ` (${counted[state]})` : ''}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {order.map((state) => (
          <Tabs.Panel key={state} value={state} pt="sm">
            {shown !== state ? null : state === 'conflict' ? (
              <>
                {toPutRight === 0 && (
                  <EmptyState icon={IconPackages} title={boxWords.none} description={boxWords.noneHint} />
                )}
                <DifferencesPanel away={data.link === 'offline'} />
              </>
            ) : (
              <OutboxTable state={state} />
            )}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}

function DamagedFile({ file }: { file: { id: number; path: string; rescued: number; complete: boolean } }) {
  const seen = useOperationMutation('acknowledgeDamagedFile', { invalidates: ['getWorkstation'] });
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={words.damaged}>
      {words.damagedBody(file.path, file.rescued, file.complete)}{' '}
      <Button
        size="compact-xs"
        variant="default"
        loading={seen.isPending}
        onClick={() => seen.mutate({ params: { damagedFileId: file.id } })}
      >
        {words.damagedSeen}
      </Button>
    </Alert>
  );
}
