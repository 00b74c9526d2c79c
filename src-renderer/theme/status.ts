import {
  IconBuildingWarehouse,
  IconCircleCheck,
  type IconProps,
  IconQuestionMark,
  IconTruck,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Status } from '../../src-shared/contract/status.ts';

export interface StatusLook {
  /** CSS custom properties, so that a look follows the colour scheme. */
  color: string;
  text: string;
  fill: string;
  icon: ComponentType<IconProps>;
  /** Shape on maps and in legends: the second way to tell statuses apart. */
  shape: 'ring' | 'triangle' | 'square' | 'disc';
}

const look = (name: string, icon: ComponentType<IconProps>, shape: StatusLook['shape']): StatusLook => ({
  color: `var(--status-${name})`,
  text: `var(--status-${name}-text)`,
  fill: `var(--status-${name}-fill)`,
  icon,
  shape,
});

export const statusLooks: Record<Status, StatusLook> = {
  UNKNOWN: look('unknown', IconQuestionMark, 'ring'),
  IN_TRANSIT: look('in-transit', IconTruck, 'triangle'),
  IN_STORAGE: look('in-storage', IconBuildingWarehouse, 'square'),
  DELIVERED: look('delivered', IconCircleCheck, 'disc'),
};

/** The colour itself, for canvases, which know no custom properties. */
export function resolveColor(value: string, element: Element = document.documentElement): string {
  const name = /^var\((--[\w-]+)\)$/.exec(value)?.[1];
  return name ? getComputedStyle(element).getPropertyValue(name).trim() : value;
}
