import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Overview } from '../../../../src-shared/contract/overview.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { MacAddress } from '../../../components/MacAddress.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { Time } from '../../../components/Time.tsx';
import { overview as words } from '../../../strings/overview.ts';
import { trackers } from '../../../strings/trackers.ts';
import { statusLooks } from '../../../theme/status.ts';
import classes from './Overview.module.css';

const { icon: Icon, color } = statusLooks.DELIVERED;

/** The deliveries that were confirmed last. */
export function RecentDeliveries({ deliveries }: { deliveries: Overview['recentDeliveries'] }) {
  return (
    <Panel title={words.deliveries} flush className={classes.third}>
      {deliveries.length === 0 ? (
        <EmptyState title={words.noDeliveries} />
      ) : (
        <ul className={classes.items}>
          {deliveries.map((delivery) => (
            <li key={`${delivery.trackerId}-${delivery.confirmedAt}`} className={classes.item}>
              <Icon size={18} color={color} aria-hidden />
              <span className={classes.words}>
                {delivery.name ? (
                  <Anchor component={Link} to={`/trackers/${delivery.trackerId}`} size="sm">
                    {delivery.name}
                  </Anchor>
                ) : (
                  <MacAddress
                    value={delivery.macAddress ?? trackers.noMac(delivery.trackerId)}
                    to={`/trackers/${delivery.trackerId}`}
                    copy={false}
                  />
                )}
                <Text size="xs" c="dimmed" component="span" display="block" truncate>
                  {delivery.locationName}
                </Text>
              </span>
              <Text size="xs" c="dimmed">
                <Time value={delivery.confirmedAt} relative />
              </Text>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
