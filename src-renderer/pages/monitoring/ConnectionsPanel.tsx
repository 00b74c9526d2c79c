import { NumberInput, Text } from '@mantine/core';
import { databaseConnectionsRoutes, FEWEST_CONNECTIONS } from '../../../src-shared/contract/database-connections.ts';
import { api, type OperationOutput } from '../../api/client.ts';
import { useCan } from '../../api/session.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { Panel } from '../../components/Panel.tsx';
import { SettingsForm } from '../../components/SettingsForm.tsx';
import { consoles } from '../../strings/consoles.ts';

const words = consoles.connections;
type Stored = OperationOutput<'getDatabaseConnections'>;

/** How many connections the consoles share. Nothing where the database is this console's own. */
export function ConnectionsPanel() {
  const stored = useOperation('getDatabaseConnections', {}).data;
  const mayChange = useCan('updateDatabaseConnections');
  const save = useOperationMutation('updateDatabaseConnections', { invalidates: ['getDatabaseConnections'] });
  if (!stored || stored.serverAllows === null) return null;
  return (
    <Panel anchor="connections" title={words.title}>
      <Text size="sm" c="dimmed" mb="sm">
        {words.shared(stored.consoles, stored.each, stored.connections ?? stored.serverAllows)} {words.hint}
      </Text>
      <SettingsForm
        settings={stored}
        read={() => api.getDatabaseConnections()}
        valuesOf={({ connections }: Stored) => ({ connections: connections ?? ('' as number | string) })}
        bodyOf={({ connections }) => ({ connections: connections === '' ? null : Number(connections) })}
        labels={{ connections: words.label }}
        route={databaseConnectionsRoutes.updateDatabaseConnections}
        save={(body, version) => save.mutateAsync({ body, version })}
        saved={words.saved}
        readOnly={!mayChange}
      >
        {(form) => (
          <NumberInput
            label={words.label}
            description={words.labelHint}
            placeholder={words.asServer(stored.serverAllows ?? 0)}
            clampBehavior="none"
            allowDecimal={false}
            min={FEWEST_CONNECTIONS}
            maw={360}
            {...form.getInputProps('connections')}
          />
        )}
      </SettingsForm>
    </Panel>
  );
}
