import { Button, Group, Skeleton } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useParams } from 'react-router';
import { orderNumber } from '../../../src-shared/domain/order-number.ts';
import { useOperation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatInstant } from '../../dates/format.ts';
import { reasonOf, boxDifferences as words } from '../../strings/box-differences.ts';
import { orderPapers as paperWords } from '../../strings/order-papers.ts';
import classes from './PickListPage.module.css';

/** The devices to take out of the box of an order, for paper. */
export default function PickListPage() {
  const customerOrderId = Number(useParams().customerOrderId);
  const { data, isError, error, refetch } = useOperation('listBoxDifferences', {
    query: { customerOrderId, limit: 500 },
  });
  const number = orderNumber(customerOrderId);
  return (
    <div className={classes.root}>
      <Group className={classes.bar ?? ''} gap="xs">
        <Button
          leftSection={<IconPrinter size={16} aria-hidden />}
          onClick={() => (window.shell ? void window.shell.print() : window.print())}
        >
          {words.print}
        </Button>
        <Button variant="default" onClick={() => window.history.back()}>
          {paperWords.back}
        </Button>
      </Group>
      {isError && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !isError && <Skeleton height={200} />}
      {data && (
        <main className={classes.sheet}>
          <h1>{words.listOf(number)}</h1>
          <p>
            {data.items.length === 0 ? words.nothing : words.inBox(data.counts.toTakeOut)} · {formatInstant(new Date())}
          </p>
          <ol>
            {data.items
              .filter(({ kind }) => kind === 'take-out')
              .map((difference) => (
                <li key={difference.id}>
                  <span className={classes.box} aria-hidden />
                  <code>{difference.macAddress ?? difference.scanned}</code>
                  <span>
                    {difference.decision?.movedTo
                      ? words.into(difference.decision.movedTo.number)
                      : reasonOf(difference)}
                  </span>
                </li>
              ))}
          </ol>
        </main>
      )}
    </div>
  );
}
