import { Group, SegmentedControl, Switch, Text } from '@mantine/core';
import { IconMapPinOff } from '@tabler/icons-react';
import L from 'leaflet';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Tracker } from '../../../../src-shared/contract/trackers.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { boundsOf, fenceLayer } from '../../../map/fences.ts';
import { trackLayer, unwrap } from '../../../map/track.ts';
import { useFences } from '../../../map/use-fences.ts';
import { useLeafletMap } from '../../../map/use-leaflet-map.ts';
import { tracker as words } from '../../../strings/trackers.ts';
import { useScheme } from '../../../theme/use-scheme.ts';
import classes from './TrackerPage.module.css';

const LIMIT = 5_000;
const DAY_MS = 86_400_000;
type Span = keyof typeof words.spans;
const spans: Span[] = ['all', '30', '7', '1'];

interface Props {
  tracker: Tracker;
  /** Time of the report that another part of the page points at. */
  chosenAt: string | null;
  onChoose: (reportedAt: string) => void;
}

/** The tracker's way on the map, with the fences of its run and, on demand, the accuracy of each report. */
export function TrackMap({ tracker, chosenAt, onChoose }: Props) {
  const [span, setSpan] = useState<Span>('all');
  const [accuracy, setAccuracy] = useState(false);
  const [showFences, setShowFences] = useState(true);
  const [ref, map] = useLeafletMap({ label: words.trackLabel });
  const scheme = useScheme();
  const fences = useFences(tracker.productionRun?.id);

  // The end is the tracker's last report, so that the span says the same whenever it is read.
  const end = tracker.lastReport?.reportedAt;
  const from = span === 'all' || !end ? undefined : new Date(Date.parse(end) - Number(span) * DAY_MS).toISOString();
  const track = useOperation('getTrackerTrack', {
    params: { trackerId: tracker.id },
    query: { limit: LIMIT, ...(from ? { from } : {}) },
  });
  const points = track.data?.points;
  const chosen = useMemo(
    () => (chosenAt && points ? points.findIndex((point) => point.reportedAt === chosenAt) : -1),
    [points, chosenAt],
  );

  const fitted = useRef<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides the colours that are drawn
  useEffect(() => {
    if (!map || !points) return;
    const layer = trackLayer(points, {
      accuracy,
      chosen: chosen < 0 ? null : chosen,
      onChoose: (index) => onChoose(points[index]!.reportedAt),
    }).addTo(map);
    const bounds = boundsOf(unwrap(points));
    const fit = `${tracker.id} ${span}`;
    if (bounds && fitted.current !== fit) {
      map.fitBounds(bounds, { maxZoom: 14, animate: false });
      fitted.current = fit;
    }
    return () => {
      layer.remove();
    };
  }, [map, points, accuracy, chosen, scheme]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: as above; the ids stand for the list
  useEffect(() => {
    if (!map || !showFences) return;
    const layer = fenceLayer(fences).addTo(map);
    return () => {
      layer.remove();
    };
  }, [map, showFences, fences.map((fence) => fence.id).join(), scheme]);

  useEffect(() => {
    const point = points?.[chosen];
    if (map && point) {
      const at = L.latLng(point.latitude, point.longitude);
      if (!map.getBounds().contains(at)) map.panTo(at);
    }
  }, [map, points, chosen]);

  return (
    <Panel
      title={words.track}
      flush
      className={classes.track}
      actions={
        <Group gap="md">
          <Switch
            size="xs"
            label={words.fences}
            checked={showFences}
            onChange={(e) => setShowFences(e.currentTarget.checked)}
          />
          <Switch
            size="xs"
            label={words.accuracy}
            checked={accuracy}
            onChange={(e) => setAccuracy(e.currentTarget.checked)}
          />
          <SegmentedControl
            size="xs"
            aria-label={words.span}
            value={span}
            onChange={(value) => setSpan(value as Span)}
            data={spans.map((value) => ({ value, label: words.spans[value] }))}
          />
        </Group>
      }
    >
      <div className={classes.mapHolder}>
        <div ref={ref} className={classes.map} />
        {points?.length === 0 && (
          <div className={classes.overlay}>
            <EmptyState icon={IconMapPinOff} title={words.noTrack} description={words.noTrackHint} />
          </div>
        )}
        {track.isError && (
          <div className={classes.overlay}>
            <ErrorState error={track.error} onRetry={() => void track.refetch()} />
          </div>
        )}
        {track.data?.truncated && (
          <Text size="xs" className={classes.note ?? ''}>
            {words.truncated(LIMIT)}
          </Text>
        )}
      </div>
    </Panel>
  );
}
