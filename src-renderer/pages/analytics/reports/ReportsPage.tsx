import { Group, Select, Text } from '@mantine/core';
import { reportNames } from '../../../../src-shared/contract/business-reports.ts';
import { isDay } from '../../../../src-shared/domain/days.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { Page } from '../../../components/Page.tsx';
import { ReferenceFilter } from '../../../components/ReferenceFilter.tsx';
import { ReportTable } from '../../../components/ReportTable.tsx';
import { DateRange } from '../../../dates/DateRange.tsx';
import { ownZone } from '../../../dates/format.ts';
import { useWhoseDays, WhoseDaysSelect } from '../../../dates/whose-days.tsx';
import { idOf, useUrlFilters } from '../../../hooks/use-url-filters.ts';
import { reports as words } from '../../../strings/reports.ts';
import { DownloadMenu } from './DownloadMenu.tsx';

/** Choose a report, scope and time; look at it; download it. */
export default function ReportsPage() {
  const { values, set } = useUrlFilters(['report', 'clientId', 'productionRunId', 'from', 'to']);
  const report = reportNames.find((name) => name === values.report) ?? 'run-summary';
  const clientId = idOf(values.clientId);
  const productionRunId = idOf(values.productionRunId);
  const whose = useWhoseDays();
  const scope = {
    ...(clientId ? { clientId } : {}),
    ...(productionRunId ? { productionRunId } : {}),
    ...(isDay(values.from) ? { fromDay: values.from } : {}),
    ...(isDay(values.to) ? { toDay: values.to } : {}),
    timeZone: whose.timeZone,
  };
  const run = useOperation(
    'getProductionRun',
    { params: { productionRunId: productionRunId ?? 0 } },
    { enabled: productionRunId !== undefined },
  );
  const dates = productionRunId && run.data ? { from: run.data.startDate, to: run.data.endDate } : null;
  return (
    <Page
      fill
      title={words.title}
      description={words.description}
      actions={<DownloadMenu report={report} scope={scope} />}
    >
      <Group gap="xs" align="flex-start">
        <Select
          label={words.choose}
          w={220}
          allowDeselect={false}
          data={reportNames.map((value) => ({ value, label: words.names[value][0] }))}
          value={report}
          onChange={(next) => set({ report: next })}
        />
        <ReferenceFilter
          kind="client"
          label={words.client}
          placeholder={words.anyClient}
          w={190}
          value={clientId ?? null}
          onChange={(id) => set({ clientId: id, productionRunId: null })}
        />
        <ReferenceFilter
          kind="productionRun"
          label={words.run}
          placeholder={words.anyRun}
          w={200}
          clientId={clientId ?? null}
          value={productionRunId ?? null}
          onChange={(id) => set({ productionRunId: id })}
        />
        <DateRange
          value={{ from: isDay(values.from) ? values.from : null, to: isDay(values.to) ? values.to : null }}
          onChange={set}
          zone={whose.timeZone === 'run' ? (run.data?.timeZone ?? ownZone) : whose.timeZone}
          run={dates}
        />
        <WhoseDaysSelect label />
      </Group>
      <Text size="sm" c="dimmed">
        {words.names[report][1]} {whose.words}.
      </Text>
      <ReportTable key={report} fill report={report} query={scope} />
    </Page>
  );
}
