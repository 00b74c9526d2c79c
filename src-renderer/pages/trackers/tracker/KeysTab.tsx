import { Button, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowsExchange } from '@tabler/icons-react';
import { useState } from 'react';
import type { Tracker } from '../../../../src-shared/contract/trackers.ts';
import { useCan } from '../../../api/session.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { MacAddress } from '../../../components/MacAddress.tsx';
import { Time } from '../../../components/Time.tsx';
import { count } from '../../../strings/format.ts';
import { mixUp, moveKey } from '../../../strings/mix-up.ts';
import { tracker as ofTracker } from '../../../strings/trackers.ts';
import { MixUpModal } from './MixUpModal.tsx';
import { MoveKeyModal } from './MoveKeyModal.tsx';

const { keys: words } = ofTracker;

/** The tracker's keys in their order, and which of them was heard when. */
export function KeysTab({ tracker }: { tracker: Tracker }) {
  const { id: trackerId } = tracker;
  const mayMove = useCan('moveDeviceKeys');
  const [movesKeys, moveKeys] = useDisclosure(false);
  const [moved, setMoved] = useState<{ number: number; hashedAdvertisementKey: string } | null>(null);
  const query = useOperation('listDeviceKeys', { params: { trackerId } });
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height={160} />;
  // A tracker keeps one key at least.
  const movesOne = mayMove && query.data.items.length > 1;
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
      {moved && <MoveKeyModal tracker={tracker} deviceKey={moved} onClose={() => setMoved(null)} />}
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
              {movesOne && <Table.Th aria-label={moveKey.action} />}
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
                {movesOne && (
                  <Table.Td ta="right">
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      aria-label={moveKey.of(key.number)}
                      onClick={() => setMoved(key)}
                    >
                      {moveKey.action}
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
