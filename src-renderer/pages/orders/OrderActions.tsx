import { Button, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBan, IconBarcode, IconDots, IconDownload, IconLock, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { urlOf } from '../../../src-shared/contract/api-client.ts';
import type { CustomerOrder } from '../../../src-shared/contract/customer-orders.ts';
import { download } from '../../api/download.ts';
import { useCan } from '../../api/session.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { ConfirmModal } from '../../components/ConfirmButton.tsx';
import { common } from '../../strings/common.ts';
import { orders as words } from '../../strings/orders.ts';
import { OrderForm } from './OrderForm.tsx';

type Asked = 'close' | 'cancel' | 'delete' | null;

/** What can be done with an order in its present state. */
export function OrderActions({ order }: { order: CustomerOrder }) {
  const navigate = useNavigate();
  const mayScan = useCan('allocate');
  const mayEdit = useCan('updateCustomerOrder');
  const [editing, edit] = useDisclosure(false);
  const [asked, setAsked] = useState<Asked>(null);
  const params = { customerOrderId: order.id };
  const invalidates = [
    'getCustomerOrder',
    'listCustomerOrders',
    'listAllocations',
    'listScans',
    'getOverview',
  ] as const;
  const update = useOperationMutation('updateCustomerOrder', { invalidates });
  const remove = useOperationMutation('deleteCustomerOrder', { invalidates: ['listCustomerOrders', 'getOverview'] });
  const act = (action: 'close' | 'cancel' | 'reopen') => update.mutateAsync({ params, body: { action } });
  const inWork = order.state === 'open' || order.state === 'filled';
  const left = order.quantity - order.allocatedCount;

  const questions = {
    close: {
      title: words.closeTitle(order.number),
      body: words.closeBody(left),
      confirmLabel: words.closeConfirm,
      color: 'iris',
      onConfirm: () => act('close'),
    },
    cancel: {
      title: words.cancelTitle(order.number),
      body: words.cancelBody(order.allocatedCount),
      confirmLabel: words.cancel,
      onConfirm: () => act('cancel'),
    },
    delete: {
      title: words.deleteTitle(order.number),
      body: words.deleteBody,
      confirmLabel: words.delete,
      onConfirm: async () => {
        await remove.mutateAsync({ params });
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
          onClick={() => update.mutate({ params, body: { action: 'reopen' } })}
        >
          {words.reopen}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconDownload size={15} aria-hidden />}
        disabled={order.allocatedCount === 0}
        onClick={() => void download(urlOf('getPackingList', { params }), `packing-list-${order.number}.csv`)}
      >
        {words.packingList}
      </Button>
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
                color="red"
                leftSection={<IconTrash size={15} aria-hidden />}
                onClick={() => setAsked('delete')}
              >
                {words.delete}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <OrderForm key={`${order.id}-${editing}`} opened={editing} onClose={edit.close} order={order} />
          <ConfirmModal opened={asked !== null} onClose={() => setAsked(null)} {...questions[asked ?? 'close']} />
        </>
      )}
    </>
  );
}
