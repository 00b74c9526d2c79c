import { Button, Center, Group, Loader, Text, Title } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconArrowLeft, IconBarcode, IconFileTypePdf, IconPrinter } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import { urlOf } from '../../../../src-shared/contract/api-client.ts';
import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { pageSizeOf } from '../../../../src-shared/domain/labels/sizes.ts';
import { download } from '../../../api/download.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { common } from '../../../strings/common.ts';
import { orderPapers as words } from '../../../strings/order-papers.ts';
import { firstChoice, type LabelChoice, labelOf, labelsOf, MOST_ON_SCREEN } from './choice.ts';
import { LabelOptions } from './LabelOptions.tsx';
import { LabelSheets } from './LabelSheets.tsx';
import classes from './OrderLabels.module.css';
import { usePackedDevices } from './use-packed-devices.ts';

/** Labels of an order, seen as they will be printed; the whole window, so that nothing else reaches the paper. */
export default function OrderLabelsPage() {
  const customerOrderId = Number(useParams().customerOrderId);
  const order = useOperation('getCustomerOrder', { params: { customerOrderId } });
  const title = order.data ? words.labelsTitle(order.data.number) : words.labels;
  useEffect(() => {
    document.title = `${title} · ${common.product}`;
  }, [title]);
  if (order.data) return <Labels order={order.data} />;
  return (
    <Center h="100vh" p="xl">
      {order.isError ? <ErrorState error={order.error} onRetry={() => void order.refetch()} /> : <Loader />}
    </Center>
  );
}

function Labels({ order }: { order: CustomerOrder }) {
  const devices = usePackedDevices(order.id);
  const [choice, setChoice] = useLocalStorage<LabelChoice>({ key: 'console.labels', defaultValue: firstChoice });
  const [part, setPart] = useState({ from: 1, count: MOST_ON_SCREEN });
  const size = labelOf(choice);
  const { marks, all } = labelsOf(order, devices.data ?? [], choice, part);
  const paper = pageSizeOf(size);
  const print = () => (window.shell ? void window.shell.print() : window.print());
  const query = {
    code: choice.code,
    ...part,
    ...(choice.own?.[choice.kind] ?? {}),
    ...(choice.kind === 'device'
      ? { kind: 'device' as const, size: choice.deviceSize }
      : { kind: 'box' as const, size: choice.boxSize, devicesPerBox: choice.devicesPerBox }),
  };
  const pdf = urlOf('getOrderLabels', { params: { customerOrderId: order.id }, query });

  return (
    <main className={classes.root}>
      <style>{`@page { size: ${paper.widthMm}mm ${paper.heightMm}mm; margin: 0 }`}</style>
      <header className={classes.bar}>
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={1} size="h3">
              {words.labelsTitle(order.number)}
            </Title>
            <Text size="sm" c="dimmed">
              {words.labelsDescription}
            </Text>
          </div>
          <Group gap="xs">
            <Button
              component={Link}
              to={`/orders/${order.id}`}
              variant="default"
              leftSection={<IconArrowLeft size={15} aria-hidden />}
            >
              {words.back}
            </Button>
            <Button
              variant="default"
              disabled={marks.length === 0}
              leftSection={<IconFileTypePdf size={15} aria-hidden />}
              onClick={() => void download(pdf, `${order.number} ${choice.kind} labels.pdf`)}
            >
              {words.pdf}
            </Button>
            <Button disabled={marks.length === 0} leftSection={<IconPrinter size={15} aria-hidden />} onClick={print}>
              {words.print}
            </Button>
          </Group>
        </Group>
        <LabelOptions
          choice={choice}
          onChange={setChoice}
          part={part}
          onPart={setPart}
          all={all}
          shown={marks.length}
        />
      </header>
      {devices.isError && <ErrorState error={devices.error} onRetry={() => void devices.refetch()} />}
      {devices.isPending && (
        <Center p="xl">
          <Loader aria-label={words.loading} />
        </Center>
      )}
      {devices.data?.length === 0 && <EmptyState icon={IconBarcode} title={words.none} description={words.noneHint} />}
      <LabelSheets size={size} labels={marks} from={part.from} />
    </main>
  );
}
