import { Text, UnstyledButton } from '@mantine/core';
import { memo } from 'react';
import type { MapFeature } from '../../../src-shared/contract/map.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { StatusCounts } from '../../components/StatusCounts.tsx';
import { Time } from '../../components/Time.tsx';
import { clusterName } from '../../map/cluster-words.ts';
import { featureKey } from '../../map/feature-layer.ts';
import { useFences } from '../../map/use-fences.ts';
import { map as words } from '../../strings/map.ts';
import { trackers } from '../../strings/trackers.ts';
import classes from './MapPage.module.css';

const MAX_ROWS = 150;
const noStatuses = { UNKNOWN: 0, IN_TRANSIT: 0, IN_STORAGE: 0, DELIVERED: 0 };

interface Props {
  features: readonly MapFeature[];
  onTracker: (trackerId: number) => void;
  onCluster: (bounds: [number, number, number, number]) => void;
}

const size = ({ properties }: MapFeature) => (properties.kind === 'cluster' ? properties.count : 1);

/**
 * What the map shows, as a list: largest clusters first. Everything the mouse can do there, the keyboard can do here. Drawn
 * only when it holds something else, and not whenever the map has moved.
 */
export const FeatureList = memo(function FeatureList({ features, onTracker, onCluster }: Props) {
  const locations = useFences(null);
  if (features.length === 0) return <EmptyState title={words.nothing} description={words.nothingHint} />;
  const sorted = [...features].sort((a, b) => size(b) - size(a));
  const rest = sorted.slice(MAX_ROWS).reduce((sum, feature) => sum + size(feature), 0);
  return (
    <ul className={classes.list} aria-label={words.list}>
      {sorted.slice(0, MAX_ROWS).map((feature) => {
        const { properties } = feature;
        const place = properties.kind === 'cluster' ? clusterName(properties, locations) : '';
        return (
          <li key={featureKey(feature)}>
            {properties.kind === 'cluster' ? (
              <UnstyledButton className={classes.row ?? ''} onClick={() => onCluster(properties.bounds)}>
                <span className={classes.line}>
                  <Text size="sm" fw={600} component="span" truncate>
                    {place || words.cluster(properties.count)}
                  </Text>
                  {place && (
                    <Text size="xs" c="dimmed" component="span" className={classes.count ?? ''}>
                      {words.cluster(properties.count)}
                    </Text>
                  )}
                </span>
                <StatusCounts counts={{ ...noStatuses, ...properties.statusCounts }} />
              </UnstyledButton>
            ) : (
              <UnstyledButton className={classes.row ?? ''} onClick={() => onTracker(properties.trackerId)}>
                <span className={classes.line}>
                  <span className={classes.mac}>{properties.macAddress ?? trackers.noMac(properties.trackerId)}</span>
                  <StatusBadge status={properties.status} />
                </span>
                <Text size="xs" c="dimmed" component="span" display="block" truncate>
                  <Time value={properties.reportedAt} relative />
                  {properties.nearestCity && ` · ${properties.nearestCity}`}
                </Text>
              </UnstyledButton>
            )}
          </li>
        );
      })}
      {rest > 0 && (
        <li className={classes.rest}>
          <Text size="xs" c="dimmed">
            {words.more(rest)}
          </Text>
        </li>
      )}
    </ul>
  );
});
