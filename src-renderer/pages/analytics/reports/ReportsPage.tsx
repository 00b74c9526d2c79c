import { Group, Select, Text } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { reportNames } from '../../../../src-shared/contract/business-reports.ts';
import { Page } from '../../../components/Page.tsx';
import { ReferenceFilter } from '../../../components/ReferenceFilter.tsx';
import { ReportTable } from '../../../components/ReportTable.tsx';
import { idOf, useUrlFilters } from '../../../hooks/use-url-filters.ts';
import { reports as words } from '../../../strings/reports.ts';
import { DownloadMenu } from './DownloadMenu.tsx';

/** Midnight of a calendar day in the person's time zone, as an instant. */
const instantOf = (day: string, plusDays = 0) => {
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + plusDays);
  return at.toISOString();
};
const isDay = (text: string | undefined): text is string => text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text);

/** Choose a report, scope and time; look at it; download it. */
export default function ReportsPage() {
  const { values, set } = useUrlFilters(['report', 'clientId', 'productionRunId', 'from', 'to']);
  const report = reportNames.find((name) => name === values.report) ?? 'run-summary';
  const clientId = idOf(values.clientId);
  const productionRunId = idOf(values.productionRunId);
  const scope = {
    ...(clientId ? { clientId } : {}),
    ...(productionRunId ? { productionRunId } : {}),
    ...(isDay(values.from) ? { from: instantOf(values.from) } : {}),
    // The last day is included.
    ...(isDay(values.to) ? { to: instantOf(values.to, 1) } : {}),
  };
  return (
    <Page
      fill
      title={words.title}
      description={words.description}
      actions={<DownloadMenu report={report} scope={scope} />}
    >
      <Group gap="xs" align="flex-end">
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
        <DateInput
          label={words.from}
          w={140}
          clearable
          value={isDay(values.from) ? values.from : null}
          onChange={(day) => set({ from: day })}
        />
        <DateInput
          label={words.to}
          w={140}
          clearable
          value={isDay(values.to) ? values.to : null}
          onChange={(day) => set({ to: day })}
        />
      </Group>
      <Text size="sm" c="dimmed">
        {words.names[report][1]}
      </Text>
      <ReportTable key={report} fill report={report} query={scope} />
    </Page>
  );
}
