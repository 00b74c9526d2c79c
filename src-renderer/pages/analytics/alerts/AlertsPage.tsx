import { Badge, Button, CloseButton, Group, Select, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustments, IconBellCheck, IconUserCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { alertKinds, alertStates, severities } from '../../../../src-shared/contract/alerts.ts';
import { useCan } from '../../../api/session.ts';
import { useOperation, usePages } from '../../../api/use-operation.ts';
import { ColumnChoice, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Page } from '../../../components/Page.tsx';
import { ReferenceFilter } from '../../../components/ReferenceFilter.tsx';
import { idOf, useUrlFilters } from '../../../hooks/use-url-filters.ts';
import { alerts as words } from '../../../strings/alerts.ts';
import { common } from '../../../strings/common.ts';
import { AcknowledgeForm } from './AcknowledgeForm.tsx';
import { columns, evidencePath } from './columns.tsx';
import { ThresholdsForm } from './ThresholdsForm.tsx';

const states = ['unresolved', ...alertStates] as const;

/** Every alert, what it rests on, and who deals with it. */
export default function AlertsPage() {
  const navigate = useNavigate();
  const mayAcknowledge = useCan('acknowledgeAlerts');
  const maySet = useCan('updateThresholds');
  const filters = useUrlFilters(['state', 'severity', 'kind', 'productionRunId', 'trackerId'], ['state']);
  const { values, set } = filters;
  const state = states.find((each) => each === values.state) ?? 'unresolved';
  const severity = severities.find((each) => each === values.severity);
  const kind = alertKinds.find((each) => each === values.kind);
  const productionRunId = idOf(values.productionRunId);
  const trackerId = idOf(values.trackerId);
  const pages = usePages('listAlerts', {
    query: {
      state,
      ...(severity ? { severity } : {}),
      ...(kind ? { kind } : {}),
      ...(productionRunId ? { productionRunId } : {}),
      ...(trackerId ? { trackerId } : {}),
    },
  });
  const thresholds = useOperation('getThresholds', {}, { enabled: maySet });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [acknowledging, acknowledge] = useDisclosure(false);
  const [setting, settings] = useDisclosure(false);
  const open = pages.items.filter((alert) => alert.state === 'open' && selected.has(String(alert.id)));

  return (
    <Page
      fill
      title={words.title}
      description={words.description}
      actions={
        <>
          {maySet && thresholds.data && (
            <Button variant="default" leftSection={<IconAdjustments size={15} aria-hidden />} onClick={settings.open}>
              {words.thresholds}
            </Button>
          )}
          <ColumnChoice name="alerts" columns={columns} />
        </>
      }
    >
      <Group gap="xs">
        <Select
          aria-label={words.columns.state}
          w={150}
          allowDeselect={false}
          data={states.map((value) => ({ value, label: words.states[value] }))}
          value={state}
          onChange={(next) => set({ state: next === 'unresolved' ? null : next })}
        />
        <Select
          aria-label={words.columns.severity}
          placeholder={words.any.severity}
          clearable
          w={140}
          data={severities.map((value) => ({ value, label: words.severities[value] }))}
          value={severity ?? null}
          onChange={(next) => set({ severity: next })}
        />
        <Select
          aria-label={words.columns.kind}
          placeholder={words.any.kind}
          clearable
          w={230}
          data={alertKinds.map((value) => ({ value, label: words.kinds[value] }))}
          value={kind ?? null}
          onChange={(next) => set({ kind: next })}
        />
        <ReferenceFilter
          kind="productionRun"
          aria-label={words.columns.run}
          placeholder={words.any.run}
          w={200}
          value={productionRunId ?? null}
          onChange={(id) => set({ productionRunId: id })}
        />
        {values.trackerId && (
          <Badge
            variant="light"
            tt="none"
            rightSection={<CloseButton size="xs" aria-label={common.clear} onClick={() => set({ trackerId: null })} />}
          >
            {words.onlyTracker(values.trackerId)}
          </Badge>
        )}
        {mayAcknowledge && open.length > 0 && (
          <Group gap="xs" ml="auto">
            <Text size="sm">{words.selected(open.length)}</Text>
            <Button leftSection={<IconUserCheck size={15} aria-hidden />} onClick={acknowledge.open}>
              {words.acknowledge}
            </Button>
          </Group>
        )}
      </Group>
      <DataTable
        fill
        name="alerts"
        label={words.table}
        columns={columns}
        pages={pages}
        rowKey={(alert) => alert.id}
        onOpen={(alert) => void navigate(evidencePath(alert))}
        {...(mayAcknowledge ? { selected, onSelectedChange: setSelected } : {})}
        empty={
          filters.active ? (
            <EmptyState title={common.nothingMatches} description={common.nothingMatchesHint}>
              <Button variant="default" onClick={filters.clear}>
                {common.clearFilters}
              </Button>
            </EmptyState>
          ) : (
            <EmptyState icon={IconBellCheck} title={words.empty} description={words.emptyHint} />
          )
        }
      />
      <AcknowledgeForm
        alertIds={open.map((alert) => alert.id)}
        opened={acknowledging}
        onClose={acknowledge.close}
        onDone={() => setSelected(new Set())}
      />
      {thresholds.data && (
        <ThresholdsForm
          key={JSON.stringify(thresholds.data)}
          thresholds={thresholds.data}
          opened={setting}
          onClose={settings.close}
        />
      )}
    </Page>
  );
}
