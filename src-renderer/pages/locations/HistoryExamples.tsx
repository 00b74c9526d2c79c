import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { HistoryExample } from '../../../src-shared/contract/status-rules.ts';
import { statusNames } from '../../strings/common.ts';
import { fences as words } from '../../strings/fences.ts';

/** Of some trackers, what a preview says would go from their history and what would come. */
export function HistoryExamples({ examples }: { examples: readonly HistoryExample[] }) {
  const shown = (entries: HistoryExample['added']) =>
    entries
      .map(({ status, location }) => (location ? `${statusNames[status]} (${location})` : statusNames[status]))
      .join(', ');
  if (examples.length === 0) return null;
  return (
    <>
      <Text size="xs" fw={600}>
        {words.examples}
      </Text>
      {examples.slice(0, 5).map((example) => (
        <Text size="xs" key={example.trackerId}>
          <Anchor component={Link} size="xs" to={`/trackers/${example.trackerId}`}>
            {example.tracker}
          </Anchor>{' '}
          {words.example(shown(example.removed), shown(example.added))}
        </Text>
      ))}
    </>
  );
}
