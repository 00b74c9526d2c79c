import { Button } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useOperation } from '../../api/use-operation.ts';
import { useWorkstation } from '../../api/workstation.ts';
import { DifferencesPanel } from '../../components/box-differences/DifferencesPanel.tsx';
import { Panel } from '../../components/Panel.tsx';
import { boxDifferences as words } from '../../strings/box-differences.ts';

/** What is wrong with the box of an order; nothing while it agrees. */
export function OrderDifferences({ orderId }: { orderId: number }) {
  const away = useWorkstation().data?.link === 'offline';
  const counts = useOperation('listBoxDifferences', { query: { limit: 1, customerOrderId: orderId } }).data?.counts;
  if (!counts || counts.toTakeOut + counts.toPutBack === 0) return null;
  return (
    <Panel
      title={counts.toTakeOut > 0 ? words.inBox(counts.toTakeOut) : words.missing(counts.toPutBack)}
      actions={
        counts.toTakeOut > 0 && (
          <Button
            component={Link}
            to={`/orders/${orderId}/pick-list`}
            variant="default"
            leftSection={<IconPrinter size={16} aria-hidden />}
          >
            {words.print}
          </Button>
        )
      }
    >
      <DifferencesPanel orderId={orderId} away={away} />
    </Panel>
  );
}
