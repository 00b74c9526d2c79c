import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconDownload, IconRoute } from '@tabler/icons-react';
import { urlOf } from '../../../../src-shared/contract/api-client.ts';
import {
  type ReportName,
  type ReportScope,
  reportFormats,
  trackFormats,
} from '../../../../src-shared/contract/business-reports.ts';
import { plusDays, startOfDay } from '../../../../src-shared/domain/days.ts';
import { download } from '../../../api/download.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { reports as words } from '../../../strings/reports.ts';

type Scope = { [K in keyof ReportScope]?: NonNullable<ReportScope[K]> };
interface Props {
  report: ReportName;
  scope: Scope;
}

/** The whole report as a file, and the positions of the chosen run. */
export function DownloadMenu({ report, scope }: Props) {
  const { productionRunId, fromDay, toDay, timeZone = 'UTC' } = scope;
  const run = useOperation(
    'getProductionRun',
    { params: { productionRunId: productionRunId ?? 0 } },
    { enabled: productionRunId !== undefined },
  );
  const zone = timeZone === 'run' ? (run.data?.timeZone ?? 'UTC') : timeZone;
  const times = {
    ...(fromDay ? { from: startOfDay(zone, fromDay).toISOString() } : {}),
    ...(toDay ? { to: startOfDay(zone, plusDays(toDay, 1)).toISOString() } : {}),
  };
  return (
    <>
      <Button.Group>
        {reportFormats.map((format) => (
          <Button
            key={format}
            variant="default"
            leftSection={<IconDownload size={15} aria-hidden />}
            aria-label={words.downloadAs(words[format])}
            onClick={() =>
              void download(
                urlOf('downloadReport', { params: { report }, query: { ...scope, format } }),
                `${report}.${format}`,
              )
            }
          >
            {words[format]}
          </Button>
        ))}
      </Button.Group>
      {productionRunId !== undefined && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              variant="default"
              title={words.tracksOf.run}
              leftSection={<IconRoute size={15} aria-hidden />}
              rightSection={<IconChevronDown size={14} aria-hidden />}
            >
              {words.tracks}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {trackFormats.map((format) => (
              <Menu.Item
                key={format}
                onClick={() =>
                  void download(
                    urlOf('downloadTracks', { query: { productionRunId, ...times, format } }),
                    `tracks-run-${productionRunId}.${format}`,
                  )
                }
              >
                {words.trackFormats[format]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
