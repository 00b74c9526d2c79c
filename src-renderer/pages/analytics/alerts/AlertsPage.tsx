import { Badge, Button, CloseButton, Group, Kbd, Select, Text } from '@mantine/core';
import { IconAdjustments, IconBellCheck, IconUserCheck } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { type Alert, alertKinds, alertSorts, severities } from '../../../../src-shared/contract/alerts.ts';
import { useCan, useSession } from '../../../api/session.ts';
import { useOperation, usePages } from '../../../api/use-operation.ts';
import { ColumnChoice, DataTable } from '../../../components/DataTable.tsx';
import { EmptyList, FilterBar } from '../../../components/ListPage.tsx';
import { Page } from '../../../components/Page.tsx';
import { ReferenceFilter } from '../../../components/ReferenceFilter.tsx';
import { DateRangeFilter } from '../../../dates/DateRangeFilter.tsx';
import { instantsOf, rangeOf } from '../../../dates/range-filter.ts';
import { usePhone } from '../../../hooks/use-phone.ts';
import { idOf, useUrlFilters } from '../../../hooks/use-url-filters.ts';
import { usePreferences } from '../../../stores/preferences.ts';
import { alerts as words } from '../../../strings/alerts.ts';
import { common } from '../../../strings/common.ts';
import { AcknowledgeForm } from './AcknowledgeForm.tsx';
import classes from './AlertGroups.module.css';
import { AlertGroups, GroupingChoice } from './AlertGroups.tsx';
import { AssignAlerts } from './AssignAlerts.tsx';
import { columns, evidencePath, staffColumns } from './columns.tsx';
import { SnoozeModal } from './SnoozeModal.tsx';
import { ThresholdsForm } from './ThresholdsForm.tsx';
import { useTriage } from './use-triage.ts';
import { goOnFrom, useTriageKeys } from './use-triage-keys.ts';

const assignees = ['me', 'none'] as const;
const NO_PLACE = '-';
const groupKeys = { client: 'clientId', productionRun: 'productionRunId', place: 'place' } as const;
const states = ['unresolved', 'open', 'acknowledged', 'snoozed', 'resolved'] as const;
const keys = [
  'state',
  'severity',
  'kind',
  'productionRunId',
  'trackerId',
  'clientId',
  'place',
  'assignee',
  'from',
  'to',
  'sort',
  'thresholds',
] as const;
/** What a person has in hand: which alerts, and what is asked about them. */
interface Asked {
  what: 'acknowledge' | 'snooze' | 'assign';
  alerts: Alert[];
  /** Takes the focus on, or back, where a key asked. */
  goOn: ((isDone: boolean) => void) | null;
}

/** Every alert, what it rests on, and who deals with it. */
export default function AlertsPage() {
  const navigate = useNavigate();
  const { user } = useSession();
  const isPhone = usePhone();
  const mayTriage = useCan('triageAlerts');
  const maySet = useCan('updateThresholds');
  const filters = useUrlFilters(keys, ['state', 'sort', 'thresholds']);
  const { values, set } = filters;
  const grouping = usePreferences((preferences) => preferences.alertGrouping);
  const state = states.find((each) => each === values.state) ?? 'unresolved';
  const severity = severities.find((each) => each === values.severity);
  const kind = alertKinds.find((each) => each === values.kind);
  const sort = alertSorts.find((each) => each === values.sort) ?? '-severity';
  const assignee = assignees.find((each) => each === values.assignee);
  const productionRunId = idOf(values.productionRunId);
  const trackerId = idOf(values.trackerId);
  const clientId = idOf(values.clientId);
  const range = rangeOf(values.from, values.to);
  const query = {
    state,
    ...(severity ? { severity } : {}),
    ...(kind ? { kind } : {}),
    ...(trackerId ? { trackerId } : {}),
    ...(assignee ? { assignee } : {}),
    ...instantsOf(range),
  };
  // A place that is not known has an empty name, which no address keeps.
  const place = values.place === NO_PLACE ? '' : values.place;
  const groupFilters = {
    client: clientId ? { clientId } : {},
    productionRun: productionRunId ? { productionRunId } : {},
    place: place === undefined ? {} : { place },
  };
  const { client, productionRun, place: atPlace } = groupFilters;
  const pages = usePages('listAlerts', { query: { ...query, ...client, ...productionRun, ...atPlace, sort } });
  const thresholds = useOperation('getThresholds', {}, { enabled: maySet });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<Asked | null>(null);
  const table = useRef<HTMLDivElement>(null);
  const triage = useTriage();

  const chosen = pages.items.filter((alert) => selected.has(String(alert.id)) && alert.state !== 'resolved');
  const open = chosen.filter((alert) => alert.state === 'open');
  /** What a key means: all that are selected, or else the row. */
  const meant = (index: number) => (chosen.length > 0 ? chosen : pages.items.slice(index, index + 1));
  const unselect = () => setSelected(new Set());
  const ask = (what: Asked['what'], alerts: Alert[], index: number | null) =>
    alerts.some((alert) => alert.state !== 'resolved') &&
    setAsked({ what, alerts, goOn: index === null ? null : goOnFrom(table.current, index) });
  useTriageKeys(
    table,
    mayTriage
      ? {
          acknowledge: (index) => void triage.acknowledge(meant(index)).then(unselect),
          mine: (index) => void triage.assign(meant(index), { id: user.id, name: user.displayName }).then(unselect),
          snooze: (index) => ask('snooze', meant(index), index),
          assign: (index) => ask('assign', meant(index), index),
          undo: triage.undo,
        }
      : null,
  );
  const answer = (work: Promise<void> | null) => {
    const goOn = asked?.goOn;
    setAsked(null);
    void work?.then(unselect);
    // Once the dialog, which holds the focus, is gone.
    if (goOn) setTimeout(() => goOn(work !== null));
  };
  const shownColumns = mayTriage ? staffColumns : columns;

  return (
    <Page
      fill
      title={words.title}
      description={words.description}
      actions={
        <>
          <GroupingChoice onChange={() => set({ clientId: null, productionRunId: null, place: null })} />
          {maySet && thresholds.data && (
            <Button
              variant="default"
              leftSection={<IconAdjustments size={15} aria-hidden />}
              onClick={() => set({ thresholds: 1 })}
            >
              {words.thresholds}
            </Button>
          )}
          <ColumnChoice name="alerts" columns={shownColumns} />
        </>
      }
    >
      <FilterBar isActive={filters.active}>
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
        <DateRangeFilter label={words.columns.at} value={range} onChange={set} />
        {mayTriage && (
          <Select
            aria-label={words.columns.assignee}
            placeholder={words.any.assignee}
            clearable
            w={190}
            data={assignees.map((value) => ({ value, label: words.assignees[value] }))}
            value={assignee ?? null}
            onChange={(next) => set({ assignee: next })}
          />
        )}
        {values.trackerId && (
          <FilterBadge label={words.onlyTracker(values.trackerId)} onClear={() => set({ trackerId: null })} />
        )}
        {place !== undefined && grouping !== 'place' && (
          <FilterBadge label={place || words.noGroup.place} onClear={() => set({ place: null })} />
        )}
        {clientId !== undefined && grouping !== 'client' && (
          <FilterBadge
            label={pages.items[0]?.client?.name ?? words.columns.client}
            onClear={() => set({ clientId: null })}
          />
        )}
      </FilterBar>
      {mayTriage && chosen.length > 0 && (
        <Group gap="xs">
          <Text size="sm">{words.selected(chosen.length)}</Text>
          <Button variant="default" onClick={() => ask('assign', chosen, null)}>
            {words.assign}
          </Button>
          <Button variant="default" onClick={() => ask('snooze', chosen, null)}>
            {words.snooze}
          </Button>
          {open.length > 0 && (
            <Button
              leftSection={<IconUserCheck size={15} aria-hidden />}
              onClick={() => ask('acknowledge', open, null)}
            >
              {words.acknowledge}
            </Button>
          )}
        </Group>
      )}
      {mayTriage && (triage.last || !isPhone) && <LastDeed text={triage.last} onUndo={triage.undo} />}
      <div className={classes.columns}>
        {grouping && (
          <AlertGroups
            by={grouping}
            query={{
              ...query,
              ...(grouping === 'client' ? {} : client),
              ...(grouping === 'productionRun' ? {} : productionRun),
              ...(grouping === 'place' ? {} : atPlace),
            }}
            chosen={
              (grouping === 'place' ? place : grouping === 'client' ? values.clientId : values.productionRunId) ?? null
            }
            onChoose={(key) => set({ [groupKeys[grouping]]: key === '' ? NO_PLACE : key })}
          />
        )}
        <div ref={table} className={classes.table}>
          <DataTable
            fill
            name="alerts"
            label={words.table}
            columns={shownColumns}
            pages={pages}
            rowKey={(alert) => alert.id}
            sort={sort}
            onSortChange={(next) => set({ sort: next })}
            onOpen={(alert) => void navigate(evidencePath(alert))}
            {...(mayTriage ? { selected, onSelectedChange: setSelected } : {})}
            empty={<EmptyList filters={filters} icon={IconBellCheck} title={words.empty} hint={words.emptyHint} />}
          />
        </div>
      </div>
      <AcknowledgeForm
        count={asked?.alerts.length ?? 0}
        opened={asked?.what === 'acknowledge'}
        onClose={() => answer(null)}
        onAcknowledge={async (note) => {
          await triage.acknowledge(asked?.alerts ?? [], note);
          unselect();
        }}
      />
      {asked?.what === 'snooze' && (
        <SnoozeModal
          count={asked.alerts.length}
          asleep={asked.alerts.some((alert) => alert.snooze !== null)}
          onClose={() => answer(null)}
          onSnooze={(until) => answer(triage.snooze(asked.alerts, until))}
        />
      )}
      {asked?.what === 'assign' && (
        <AssignAlerts
          count={asked.alerts.length}
          onClose={() => answer(null)}
          onAssign={(to) => answer(triage.assign(asked.alerts, to))}
        />
      )}
      {thresholds.data && (
        <ThresholdsForm
          key={JSON.stringify(thresholds.data)}
          thresholds={thresholds.data}
          opened={values.thresholds !== undefined}
          onClose={() => set({ thresholds: null })}
        />
      )}
    </Page>
  );
}

function FilterBadge({ label, onClear }: { label: string; onClear: () => void }) {
  return (
    <Badge
      variant="light"
      tt="none"
      rightSection={<CloseButton size="xs" aria-label={common.clear} onClick={onClear} />}
    >
      {label}
    </Badge>
  );
}

/** What was done last, and the way back. It takes its place also while there is nothing, so that no row moves. */
function LastDeed({ text, onUndo }: { text: string | null; onUndo: () => void }) {
  return (
    <Group gap="xs" h={22} role="status">
      <Text size="sm" c="dimmed">
        {text ?? words.keysHint}
      </Text>
      {text && (
        <Button size="compact-xs" variant="subtle" rightSection={<Kbd size="xs">U</Kbd>} onClick={onUndo}>
          {common.undo}
        </Button>
      )}
    </Group>
  );
}
