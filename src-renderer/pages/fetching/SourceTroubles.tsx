import { Alert, Button, Group, Text } from '@mantine/core';
import { IconCloudOff, IconPlugConnected } from '@tabler/icons-react';
import type { ReportSource } from '../../../src-shared/contract/fetcher.ts';
import { useCan } from '../../api/session.ts';
import { fetcher } from '../../strings/fetcher.ts';
import { fails } from './sources-at-work.ts';
import { useSourceTest } from './use-source-test.ts';

const { sources: words } = fetcher;

/** Why sources fail, in whole sentences at the head of the page, each with the button that asks it again. */
export function SourceTroubles({ sources }: { sources: readonly ReportSource[] }) {
  const mayTest = useCan('testReportSource');
  const test = useSourceTest();
  return sources
    .filter((source) => source.enabled && fails(source))
    .map((source) => (
      <Alert key={source.id} color="red" icon={<IconCloudOff aria-hidden />} title={titleOf(source)}>
        <Group justify="space-between" gap="sm">
          <Text size="sm" flex="1 1 260px">
            {source.state.circuit === 'closed' ? words.blindHint : (source.state.lastError ?? words.noReason)}
          </Text>
          {mayTest && (
            <Button
              variant="default"
              leftSection={<IconPlugConnected size={15} aria-hidden />}
              aria-label={words.testOf(source.name)}
              onClick={() => test(source)}
            >
              {words.test}
            </Button>
          )}
        </Group>
      </Alert>
    ));
}

const titleOf = ({ name, state }: ReportSource) =>
  words.trouble(name, state.circuit === 'closed' ? words.blind : words.circuits[state.circuit]);
