import { Skeleton } from '@mantine/core';
import { useOperation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Page } from '../../components/Page.tsx';
import { keyProtection as words } from '../../strings/key-protection.ts';
import { ChangePanel } from './ChangePanel.tsx';
import { ExportKeys } from './ExportKeys.tsx';
import classes from './KeyProtectionPage.module.css';
import { KitPanel } from './KitPanel.tsx';
import { StatePanel } from './StatePanel.tsx';

/** The key that protects all private keys: its state on this console, recovery kit, rotation, and the one way out. */
export default function KeyProtectionPage() {
  const protection = useOperation('getKeyProtection', {}, { refetchInterval: 15_000 });
  const { data } = protection;
  return (
    <Page title={words.title} description={words.description}>
      {data ? (
        <div className={classes.grid}>
          <div className={classes.column}>
            <StatePanel protection={data} />
            <ChangePanel protection={data} />
          </div>
          <div className={classes.column}>
            <KitPanel kit={data.recoveryKit} />
            <ExportKeys ready={data.state === 'ready'} />
          </div>
        </div>
      ) : protection.isError ? (
        <ErrorState error={protection.error} onRetry={() => void protection.refetch()} />
      ) : (
        <Skeleton height={220} />
      )}
    </Page>
  );
}
