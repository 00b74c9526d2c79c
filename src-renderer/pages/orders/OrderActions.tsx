import { Button, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowsSplit, IconBan, IconBarcode, IconDots, IconLock, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { CustomerOrder } from '../../../src-shared/contract/customer-orders.ts';
import { useCan } from '../../api/session.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { ConfirmModal } from '../../components/ConfirmButton.tsx';
import { boxDifferences as boxWords } from '../../strings/box-differences.ts';
import { common } from '../../strings/common.ts';
import { orderPapers as paperWords } from '../../strings/order-papers.ts';
import { orders as words } from '../../strings/orders.ts';
import { CancelBody } from './CancelBody.tsx';
import { OrderForm } from './OrderForm.tsx';
import { PapersMenu } from './PapersMenu.tsx';
import { mostToSplit, SplitForm } from './SplitForm.tsx';

type Asked = 'close' | 'cancel' | 'delete' | null;

/** What can be done with an order in its present state. */
export function OrderActions({ order }: { order: CustomerOrder }) {
  const navigate = useNavigate();
  const mayScan = useCan('allocate');
  const mayEdit = useCan('updateCustomerOrder');
  const [editing, edit] = useDisclosure(false);
  const [splitting, split] = useDisclosure(false);
  const [asked, setAsked] = useState<Asked>(null);
  const [undoAll, setUndoAll] = useState(false);
  const params = { customerOrderId: order.id };
  const invalidates = [
    'getCustomerOrder',
    'listCustomerOrders',
    'listAllocations',
    'listScans',
    'listOrderEvents',
    'getOverview',
  ] as const;
  const update = useOperationMutation('updateCustomerOrder', { invalidates });
  const remove = useOperationMutation('deleteCustomerOrder', { invalidates: ['listCustomerOrders', 'getOverview'] });
  const box = useOperation(
    'listBoxDifferences',
    { query: { limit: 1, customerOrderId: order.id } },
    { enabled: asked === 'close' },
  );
  const { toTakeOut = 0, toPutBack = 0 } = box.data?.counts ?? {};
  const inWork = order.state === 'open' || order.state === 'filled';
  const left = order.quantity - order.allocatedCount;

  const questions = {
    close: {
      title: words.closeTitle(order.number),
      body: toTakeOut + toPutBack > 0 ? boxWords.closeWarning(toTakeOut, toPutBack) : words.closeBody(left),
      confirmLabel: words.closeConfirm,
      color: 'iris',
      onConfirm: () =>
        update.mutateAsync({
          params,
          // Only who was told of it here; what has come up since is refused in words.
          body: { action: 'close', ...(toTakeOut + toPutBack > 0 ? { acknowledged: true } : {}) },
          version: null,
        }),
    },
    cancel: {
      title: words.cancelTitle(order.number),
      body: <CancelBody order={order} undoAll={undoAll} onUndoAll={setUndoAll} />,
      confirmLabel: words.cancel,
      onConfirm: () =>
        update.mutateAsync({
          params,
          body: { action: 'cancel', ...(undoAll ? { leaving: 'undo' as const } : {}) },
          version: null,
        }),
    },
    delete: {
      title: words.deleteTitle(order.number),
      body: words.deleteBody,
      confirmLabel: words.delete,
      onConfirm: async () => {
        await remove.mutateAsync({ params, version: order.version });
        await navigate('/orders', { replace: true });
      },
    },
  };

  return (
    <>
      {mayScan && order.state === 'open' && (
        <Button component={Link} to={`/scan/${order.id}`} leftSection={<IconBarcode size={16} aria-hidden />}>
          {words.scan}
        </Button>
      )}
      {mayEdit && !inWork && (
        <Button
          variant="default"
          loading={update.isPending}
          onClick={() => update.mutate({ params, body: { action: 'reopen' }, version: null })}
        >
          {words.reopen}
        </Button>
      )}
      <PapersMenu order={order} />
      {mayEdit && (
        <>
          <Button variant="default" leftSection={<IconPencil size={15} aria-hidden />} onClick={edit.open}>
            {words.edit}
          </Button>
          <Menu position="bottom-end" withArrow shadow="md">
            <Menu.Target>
              <Button variant="default" px={8} aria-label={common.details}>
                <IconDots size={16} aria-hidden />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {order.state === 'open' && mostToSplit(order) > 0 && (
                <Menu.Item leftSection={<IconArrowsSplit size={15} aria-hidden />} onClick={split.open}>
                  {paperWords.split}
                </Menu.Item>
              )}
              {inWork && (
                <>
                  <Menu.Item leftSection={<IconLock size={15} aria-hidden />} onClick={() => setAsked('close')}>
                    {words.closeConfirm}
                  </Menu.Item>
                  <Menu.Item leftSection={<IconBan size={15} aria-hidden />} onClick={() => setAsked('cancel')}>
                    {words.cancel}
                  </Menu.Item>
                </>
              )}
              <Menu.Item
                color="var(--mantine-color-error)"
                leftSection={<IconTrash size={15} aria-hidden />}
                onClick={() => setAsked('delete')}
              >
                {words.delete}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <OrderForm key={`${order.id}-${editing}`} opened={editing} onClose={edit.close} order={order} />
          <SplitForm key={`${order.id}-${order.quantity}`} order={order} opened={splitting} onClose={split.close} />
          <ConfirmModal opened={asked !== null} onClose={() => setAsked(null)} {...questions[asked ?? 'close']} />
        </>
      )}
    </>
  );
}
