import { Anchor, Skeleton, Text } from '@mantine/core';
import { Link } from 'react-router';
import { ErrorState } from '../../components/ErrorState.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { distance } from '../../strings/format.ts';
import { locations } from '../../strings/locations.ts';
import { trackers } from '../../strings/trackers.ts';
import classes from './Locations.module.css';
import type { FenceSurroundings, useFencePreview } from './use-fence-preview.ts';

const { preview: words } = locations;

interface Props {
  preview: ReturnType<typeof useFencePreview>;
  surroundings: FenceSurroundings | undefined;
  hasFence: boolean;
  /** Whether the fence counts for some runs only. */
  ofRuns: boolean;
}

/** What the fence under the mouse would hold: how many, who comes in or drops out, and the nearest by name. */
export function FencePreviewPanel({ preview, surroundings, hasFence, ofRuns }: Props) {
  const { data } = preview;
  if (!hasFence) return null;
  if (preview.isError) return <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />;
  if (!data) return <Skeleton height={60} />;
  return (
    <section className={classes.preview} aria-label={words.label}>
      <Text size="sm" fw={600} role="status">
        {words.inside(data.inside, ofRuns)}
      </Text>
      {surroundings && surroundings.reports.of > 0 && (
        <Text size="xs" c="dimmed">
          {words.reports(surroundings.reports)}
        </Text>
      )}
      {(data.leaving > 0 || data.entering < data.inside) && (
        <Text size="xs" c="dimmed">
          {words.change(data.entering, data.leaving)}
        </Text>
      )}
      {data.trackers.length > 0 && (
        <ul className={classes.previewList}>
          {data.trackers.map((tracker) => (
            <li key={tracker.trackerId}>
              <Anchor
                component={Link}
                to={`/trackers/${tracker.trackerId}`}
                target="_blank"
                className={classes.mac ?? ''}
              >
                {tracker.macAddress ?? trackers.noMac(tracker.trackerId)}
              </Anchor>
              <StatusBadge status={tracker.status} />
              <Text size="xs" c="dimmed" className={classes.metres ?? ''}>
                {distance(tracker.distanceM)}
              </Text>
            </li>
          ))}
        </ul>
      )}
      {data.inside > data.trackers.length && (
        <Text size="xs" c="dimmed">
          {words.more(data.inside - data.trackers.length)}
        </Text>
      )}
    </section>
  );
}
