import { Group, ScrollArea, SegmentedControl, Text, UnstyledButton } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { type AlertGroup, type AlertGrouping, alertGroupings } from '../../../../src-shared/contract/alerts.ts';
import type { OperationInput } from '../../../api/client.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { usePreferences } from '../../../stores/preferences.ts';
import { alerts as words } from '../../../strings/alerts.ts';
import { count } from '../../../strings/format.ts';
import classes from './AlertGroups.module.css';

interface Props {
  /** What the list shows, without the filter that a group sets. */
  query: Omit<OperationInput<'listAlertGroups'>['query'], 'by'>;
  by: AlertGrouping;
  /** Of a group, its id or its name; null where all are shown. */
  chosen: string | null;
  onChoose: (key: string | null) => void;
}

/** What a filter by a group holds. */
const keyOf = (by: AlertGrouping, { id, name }: AlertGroup): string | null =>
  by === 'place' ? name : id === null ? null : String(id);

/** By what alerts are grouped; kept for this person. */
export function GroupingChoice({ onChange }: { onChange: () => void }) {
  const { alertGrouping, set } = usePreferences();
  return (
    <SegmentedControl
      size="xs"
      aria-label={words.groupBy}
      value={alertGrouping ?? 'none'}
      onChange={(value) => {
        set({ alertGrouping: value === 'none' ? null : (value as AlertGrouping) });
        onChange();
      }}
      data={(['none', ...alertGroupings] as const).map((value) => ({ value, label: words.groupings[value] }))}
    />
  );
}

/** The groups of a list of alerts, the worst first; one that is chosen is what the list shows. */
export function AlertGroups({ query, by, chosen, onChoose }: Props) {
  const groups = useOperation('listAlertGroups', { query: { ...query, by } }, { placeholderData: keepPreviousData });
  const items = groups.data?.items ?? [];
  const total = items.reduce((sum, group) => sum + sizeOf(group), 0);
  return (
    <ScrollArea className={classes.root ?? ''} type="auto">
      <nav aria-label={words.groupsOf(words.groupings[by])} className={classes.list}>
        <Choice name={words.allGroups} size={total} isChosen={chosen === null} onClick={() => onChoose(null)} />
        {items.map((group) => {
          const key = keyOf(by, group);
          return (
            <Choice
              key={key ?? ''}
              name={group.name || words.noGroup[by]}
              critical={group.critical}
              size={sizeOf(group)}
              isChosen={key !== null && key === chosen}
              {...(key === null ? {} : { onClick: () => onChoose(key) })}
            />
          );
        })}
      </nav>
    </ScrollArea>
  );
}

const sizeOf = ({ critical, warning, info }: AlertGroup) => critical + warning + info;

interface ChoiceProps {
  name: string;
  size: number;
  critical?: number;
  isChosen: boolean;
  onClick?: () => void;
}

function Choice({ name, size, critical = 0, isChosen, onClick }: ChoiceProps) {
  return (
    <UnstyledButton
      className={classes.group ?? ''}
      aria-current={isChosen || undefined}
      disabled={!onClick}
      onClick={onClick}
    >
      <Text size="sm" truncate title={name}>
        {name}
      </Text>
      <Group gap={6} wrap="nowrap">
        {critical > 0 && (
          <Text size="xs" className={classes.critical ?? ''}>
            {words.criticalOf(critical)}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          {count(size)}
        </Text>
      </Group>
    </UnstyledButton>
  );
}
