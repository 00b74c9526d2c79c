import { Button, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowsExchange } from '@tabler/icons-react';
import type { Tracker } from '../../../../src-shared/contract/trackers.ts';
import { useCan } from '../../../api/session.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { MacAddress } from '../../../components/MacAddress.tsx';
import { Time } from '../../../components/Time.tsx';
import { count } from '../../../strings/format.ts';
import { mixUp } from '../../../strings/mix-up.ts';
import { tracker as ofTracker } from '../../../strings/trackers.ts';
import { MixUpModal } from './MixUpModal.tsx';

const { keys: words } = ofTracker;

/** The tracker's keys in their order, and which of them was heard when. */
export function KeysTab({ tracker }: { tracker: Tracker }) {
  const { id: trackerId } = tracker;
  const mayMove = useCan('moveDeviceKeys');
  const [movesKeys, moveKeys] = useDisclosure(false);
  const query = useOperation('listDeviceKeys', { params: { trackerId } });
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height={160} />;
  return (
    <Stack gap="sm">
      {mayMove && (
        <Button
          variant="default"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<IconArrowsExchange size={15} aria-hidden />}
          onClick={moveKeys.open}
        >
          {mixUp.action}
        </Button>
      )}
      {movesKeys && <MixUpModal tracker={tracker} onClose={moveKeys.close} />}
      <Table.ScrollContainer minWidth={640}>
        <Table aria-label={words.label}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.number}</Table.Th>
              <Table.Th>{words.address}</Table.Th>
              <Table.Th>{words.hashedKey}</Table.Th>
              <Table.Th ta="right">{words.reports}</Table.Th>
              <Table.Th>{words.first}</Table.Th>
              <Table.Th>{words.last}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {query.data.items.map((key) => (
              <Table.Tr key={key.number}>
                <Table.Td>{count(key.number)}</Table.Td>
                <Table.Td>
                  <MacAddress value={key.broadcastAddress} />
                </Table.Td>
                <Table.Td>
                  <MacAddress value={key.hashedAdvertisementKey} />
                  {!key.hasPrivateKey && (
                    <Text size="xs" c="dimmed">
                      {words.publicOnly}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="right">{count(key.reportCount)}</Table.Td>
                <Table.Td>{key.firstHeardAt ? <Time value={key.firstHeardAt} /> : words.never}</Table.Td>
                <Table.Td>{key.lastHeardAt && <Time value={key.lastHeardAt} />}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
