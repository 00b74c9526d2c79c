import { Button, Group, Modal, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { useOperation } from '../../../api/use-operation.ts';
import { alerts as words } from '../../../strings/alerts.ts';
import { common } from '../../../strings/common.ts';
import type { Assignee } from './use-triage.ts';

interface Props {
  count: number;
  onClose: () => void;
  onAssign: (to: Assignee | null) => void;
}

/** Chooses who of the staff deals with alerts. */
export function AssignAlerts({ count, onClose, onAssign }: Props) {
  const people = useOperation('listAlertAssignees', {}).data?.items ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const to = people.find(({ id }) => String(id) === chosen);
  return (
    <Modal opened onClose={onClose} title={words.assignTitle(count)} returnFocus={false}>
      <Stack gap="sm">
        <Select
          label={words.assignee}
          searchable
          data-autofocus
          data={people.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={chosen}
          onChange={setChosen}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button variant="default" onClick={() => onAssign(null)}>
            {words.assignNobody}
          </Button>
          <Button disabled={!to} onClick={() => to && onAssign(to)}>
            {words.assign}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
