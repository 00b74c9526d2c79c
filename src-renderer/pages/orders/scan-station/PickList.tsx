import { Button, Group } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { BoxDifference } from '../../../../src-shared/contract/box-differences.ts';
import { ConfirmButton } from '../../../components/ConfirmButton.tsx';
import { formatInstant } from '../../../dates/format.ts';
import { reasonOf, boxDifferences as words } from '../../../strings/box-differences.ts';
import classes from './PickList.module.css';

interface Props {
  orderId: number;
  differences: readonly BoxDifference[];
  /** It was taken out of the box. */
  onOut: (difference: BoxDifference) => void;
  /** It was put back into the box. */
  onBack: (difference: BoxDifference) => void;
}

/** What is in the box and doesn't belong there, and the other way round, until each was seen to. */
export function PickList({ orderId, differences, onOut, onBack }: Props) {
  const out = differences.filter(({ kind }) => kind === 'take-out');
  const back = differences.filter(({ kind }) => kind === 'put-back');
  if (differences.length === 0) return null;
  return (
    <section className={classes.list} data-testid="pick-list">
      {out.length > 0 && (
        <>
          <Group justify="space-between" gap="xs">
            <div>
              <h2 className={classes.title}>{words.inBox(out.length)}</h2>
              <div>{words.howToTakeOut}</div>
            </div>
            <Group gap="xs">
              <Button
                component={Link}
                to={`/orders/${orderId}/pick-list`}
                variant="default"
                leftSection={<IconPrinter size={16} aria-hidden />}
              >
                {words.print}
              </Button>
              <ConfirmButton
                title={words.allOutTitle(out.length)}
                body={words.allOutBody}
                confirmLabel={words.allOutConfirm}
                confirmColor="iris"
                onConfirm={async () => out.forEach(onOut)}
              >
                {words.allOut}
              </ConfirmButton>
            </Group>
          </Group>
          <Rows differences={out} label={words.out} labelOf={words.outOf} onDone={onOut} />
        </>
      )}
      {back.length > 0 && (
        <>
          <h2 className={classes.title}>{words.missing(back.length)}</h2>
          <Rows differences={back} label={words.back} labelOf={words.backOf} onDone={onBack} />
        </>
      )}
    </section>
  );
}

interface RowsProps {
  differences: readonly BoxDifference[];
  label: string;
  labelOf: (code: string) => string;
  onDone: (difference: BoxDifference) => void;
}

function Rows({ differences, label, labelOf, onDone }: RowsProps) {
  return (
    <ol className={classes.rows}>
      {differences.map((difference) => {
        const code = difference.macAddress ?? difference.scanned;
        const movedTo = difference.decision?.movedTo;
        return (
          <li key={difference.id} className={classes.row}>
            <code>{code}</code>
            <span className={classes.why}>
              {movedTo ? words.into(movedTo.number) : reasonOf(difference)} ·{' '}
              {words.scannedBy(difference.scannedBy.name, formatInstant(difference.scannedAt))}
            </span>
            <Button size="compact-md" variant="default" aria-label={labelOf(code)} onClick={() => onDone(difference)}>
              {label}
            </Button>
          </li>
        );
      })}
    </ol>
  );
}
