import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMap2, IconPencil, IconTag } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import type { ProductionRun } from '../../../../src-shared/contract/clients.ts';
import { useCan } from '../../../api/session.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { RowMenu } from '../../../components/RowMenu.tsx';
import { productionRuns as words } from '../../../strings/production-runs.ts';
import { RunForm } from './RunForm.tsx';

/** Where one goes from a run, and what can be done with it. */
export function RunActions({ run }: { run: ProductionRun }) {
  const navigate = useNavigate();
  const mayEdit = useCan('updateProductionRun');
  const [editing, edit] = useDisclosure(false);
  const invalidates = ['getProductionRun', 'listProductionRuns'] as const;
  const update = useOperationMutation('updateProductionRun', { invalidates });
  const remove = useOperationMutation('deleteProductionRun', { invalidates: ['listProductionRuns'] });
  const params = { productionRunId: run.id };
  const { version } = run;
  return (
    <>
      <Button
        component={Link}
        to={`/trackers?productionRunId=${run.id}`}
        variant="default"
        leftSection={<IconTag size={15} aria-hidden />}
      >
        {words.showTrackers}
      </Button>
      <Button
        component={Link}
        to={`/map?productionRunId=${run.id}`}
        variant="default"
        leftSection={<IconMap2 size={15} aria-hidden />}
      >
        {words.showOnMap}
      </Button>
      {mayEdit && (
        <>
          <Button variant="default" leftSection={<IconPencil size={15} aria-hidden />} onClick={edit.open}>
            {words.edit}
          </Button>
          <RowMenu
            label={words.actions(run.name)}
            archived={run.archivedAt !== null}
            archive={{
              title: words.archiveTitle(run.name),
              body: words.archiveBody,
              onConfirm: () => update.mutateAsync({ params, body: { archived: true }, version }),
            }}
            onRestore={(seen = version) => update.mutateAsync({ params, body: { archived: false }, version: seen })}
            remove={{
              title: words.deleteTitle(run.name),
              body: words.deleteBody,
              onConfirm: async () => {
                await remove.mutateAsync({ params, version });
                await navigate('/production-runs', { replace: true });
              },
            }}
          />
          <RunForm key={String(editing)} opened={editing} onClose={edit.close} run={run} />
        </>
      )}
    </>
  );
}
