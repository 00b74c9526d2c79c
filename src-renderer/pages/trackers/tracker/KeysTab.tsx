import { Skeleton, Table, Text } from '@mantine/core';
import { useOperation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { MacAddress } from '../../../components/MacAddress.tsx';
import { Time } from '../../../components/Time.tsx';
import { count } from '../../../strings/format.ts';
import { tracker } from '../../../strings/trackers.ts';

const { keys: words } = tracker;

/** The tracker's keys in their order, and which of them was heard when. */
export function KeysTab({ trackerId }: { trackerId: number }) {
  const query = useOperation('listDeviceKeys', { params: { trackerId } });
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height={160} />;
  return (
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
  );
}
