import { Button, Progress, Text } from '@mantine/core';
import { IconArrowRight, IconChevronRight } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Overview } from '../../../../src-shared/contract/overview.ts';
import type { OperationId } from '../../../../src-shared/contract/routes.ts';
import { mayCall, useRole } from '../../../api/session.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { Panel } from '../../../components/Panel.tsx';
import { usePreferences } from '../../../stores/preferences.ts';
import { overview as strings } from '../../../strings/overview.ts';
import { type FirstSteps, firstSteps } from './first-steps.ts';
import { hasReports } from './has-reports.ts';
import classes from './Overview.module.css';

const words = strings.firstSteps;
const ONE = { query: { limit: 1 } };

/** What a new company still has to do, told by what exists. Gone when all is done, or when the person says so. */
export function FirstStepsPanel({ overview }: { overview: Overview }) {
  const hidden = usePreferences((preferences) => preferences.hidesFirstSteps);
  const role = useRole();
  if (hidden || !mayCall(role, 'createKeyBatch')) return null;
  return <Steps overview={overview} may={(operation) => mayCall(role, operation)} />;
}

function Steps({ overview, may }: { overview: Overview; may: (operation: OperationId) => boolean }) {
  const set = usePreferences((preferences) => preferences.set);
  const steps = useFirstSteps(overview, may);
  if (!steps || steps.left.length === 0) return null;
  return (
    <Panel
      title={words.title}
      flush
      className={classes.firstSteps}
      actions={
        <Button size="compact-sm" variant="subtle" onClick={() => set({ hidesFirstSteps: true })}>
          {words.hide}
        </Button>
      }
    >
      <div className={classes.progress}>
        <Text size="sm" c="dimmed">
          {words.progress(steps.done, steps.total)}
        </Text>
        <Progress value={(steps.done / steps.total) * 100} aria-label={words.progress(steps.done, steps.total)} />
      </div>
      <ol className={`${classes.items} ${classes.steps}`}>
        {steps.left.map(({ id, to }, at) => (
          <li key={id}>
            <Link to={to} className={classes.item ?? ''}>
              <span className={classes.words}>
                <Text size="sm" fw={600} component="span" display="block">
                  {words.steps[id].title}
                </Text>
                <Text size="xs" c="dimmed" component="span" display="block">
                  {words.steps[id].hint}
                </Text>
              </span>
              {at === 0 ? (
                <span className={classes.next}>
                  {words.next} <IconArrowRight size={15} aria-hidden />
                </span>
              ) : (
                <IconChevronRight size={16} aria-hidden />
              )}
            </Link>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function useFirstSteps(overview: Overview, may: (operation: OperationId) => boolean): FirstSteps | null {
  const protection = useOperation('getKeyProtection', {});
  const fetcher = useOperation('getFetcher', {});
  const manufacturers = useOperation('listManufacturers', ONE);
  const batches = useOperation('listKeyBatches', ONE);
  const clients = useOperation('listClients', ONE);
  const brands = useOperation('listBrands', ONE);
  const runs = useOperation('listProductionRuns', ONE);
  const storage = useOperation('listStorageLocations', ONE);
  const delivery = useOperation('listDeliveryLocations', ONE);
  const orders = useOperation('listCustomerOrders', ONE);
  const any = ({ data }: { data?: { items: unknown[] } | undefined }) => data && data.items.length > 0;
  const known = {
    // It is taken care of once it no longer lies on this machine.
    recoveryKit: protection.data && protection.data.key !== null && protection.data.recoveryKit === null,
    reportSource: fetcher.data?.sources.some(({ enabled }) => enabled),
    manufacturer: any(manufacturers),
    keyBatch: any(batches),
    import: overview.trackers.manufactured > 0,
    client: any(clients),
    brand: any(brands),
    run: any(runs),
    location: storage.data && delivery.data && (any(storage) || any(delivery)),
    order: any(orders),
    position: hasReports(overview),
  };
  const existing = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  return firstSteps(existing, may);
}
