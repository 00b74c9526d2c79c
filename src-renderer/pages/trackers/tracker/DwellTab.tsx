import { Button, Group, Menu, Stack, Text } from '@mantine/core';
import { IconChevronDown, IconRoute } from '@tabler/icons-react';
import { urlOf } from '../../../../src-shared/contract/api-client.ts';
import { trackFormats } from '../../../../src-shared/contract/business-reports.ts';
import { download } from '../../../api/download.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { Facts } from '../../../components/Facts.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { ReportTable } from '../../../components/ReportTable.tsx';
import { Time } from '../../../components/Time.tsx';
import { count, duration } from '../../../strings/format.ts';
import { reports as words } from '../../../strings/reports.ts';

/** Where the tracker stayed and for how long, its confirmed delivery with the evidence, and its positions as a file. */
export function DwellTab({ trackerId }: { trackerId: number }) {
  return (
    <Stack gap="sm">
      <Group justify="flex-end">
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              variant="default"
              leftSection={<IconRoute size={15} aria-hidden />}
              rightSection={<IconChevronDown size={14} aria-hidden />}
            >
              {words.tracksOf.tracker}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {trackFormats.map((format) => (
              <Menu.Item
                key={format}
                onClick={() =>
                  void download(
                    urlOf('downloadTracks', { query: { trackerId, format } }),
                    `track-${trackerId}.${format}`,
                  )
                }
              >
                {words.trackFormats[format]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
      <ConfirmedDelivery trackerId={trackerId} />
      <ReportTable report="dwell-by-location" query={{ trackerId }} without={hidden} />
    </Stack>
  );
}
const hidden = ['trackers', 'cut_at_start'];

function ConfirmedDelivery({ trackerId }: { trackerId: number }) {
  const { data } = useOperation('getReport', { params: { report: 'deliveries' }, query: { trackerId, limit: 1 } });
  if (!data) return null;
  const [row] = data.items;
  const cell = (id: string) => row?.cells[data.columns.findIndex((column) => column.id === id)] ?? null;
  const instant = (id: string) => <Time value={cell(id) as string | null} absent="" />;
  const span = (id: string) => (cell(id) === null ? '' : duration(Number(cell(id)) * 3600));
  return (
    <Panel title={words.confirmedDelivery}>
      {row ? (
        <Facts
          facts={[
            { label: words.columns.location!, value: String(cell('location')) },
            { label: words.columns.confirmed!, value: instant('confirmed') },
            { label: words.columns.entered!, value: instant('entered') },
            { label: words.columns.evidence_reports!, value: count(Number(cell('evidence_reports'))) },
            { label: words.columns.hours_from_run_start!, value: span('hours_from_run_start') },
            { label: words.columns.hours_from_allocation!, value: span('hours_from_allocation') },
            { label: words.columns.left!, value: cell('left') && instant('left') },
          ]}
        />
      ) : (
        <Text size="sm" c="dimmed">
          {words.notConfirmed}
        </Text>
      )}
    </Panel>
  );
}
