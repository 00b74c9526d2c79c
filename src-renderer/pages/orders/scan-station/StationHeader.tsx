import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconSwitchHorizontal } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { CalendarDate } from '../../../components/Time.tsx';
import { ConnectionIndicator } from '../../../layout/ConnectionIndicator.tsx';
import { OutboxIndicator } from '../../../layout/OutboxIndicator.tsx';
import { scanStation as words } from '../../../strings/scan-station.ts';
import { MuteButton } from './MuteButton.tsx';
import { type Sound, SoundSettings } from './SoundSettings.tsx';
import classes from './Station.module.css';

interface Props {
  order: CustomerOrder;
  sound: Sound;
  onToggleMute: () => void;
  onOtherOrder: () => void;
}

/** Which order is being filled, and the few things that are not scanning. */
export function StationHeader({ order, sound, onToggleMute, onOtherOrder }: Props) {
  return (
    <header className={classes.header}>
      <Tooltip label={words.leaveHint}>
        <ActionIcon component={Link} to={`/orders/${order.id}`} size="lg" aria-label={words.leave}>
          <IconArrowLeft />
        </ActionIcon>
      </Tooltip>
      <h1 className={classes.order}>{order.number}</h1>
      <span className={classes.whose}>
        {[order.client.name, order.brand?.name, order.productionRun?.name].filter(Boolean).join(' · ')}
      </span>
      {order.dueDate && (
        <span className={classes.due}>
          {words.pick.due} <CalendarDate value={order.dueDate} />
        </span>
      )}
      <div className={classes.tools}>
        <OutboxIndicator />
        <ConnectionIndicator />
        <Button
          variant="default"
          leftSection={<IconSwitchHorizontal size={16} aria-hidden />}
          onClick={onOtherOrder}
          aria-keyshortcuts="F8"
        >
          {words.another}
        </Button>
        <SoundSettings sound={sound} />
        <MuteButton muted={sound.muted} onToggle={onToggleMute} />
      </div>
    </header>
  );
}
