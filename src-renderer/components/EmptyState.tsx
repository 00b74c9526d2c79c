import { EmptyState as MantineEmptyState } from '@mantine/core';
import { IconInbox, type IconProps } from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';

interface Props {
  title: string;
  description?: ReactNode;
  icon?: ComponentType<IconProps>;
  /** What the person can do about it: buttons. */
  children?: ReactNode;
}

/** What a list or screen shows when there is nothing: why, and what to do next. */
export function EmptyState({ title, description, icon: Icon = IconInbox, children }: Props) {
  return (
    <MantineEmptyState
      size="sm"
      py="xl"
      px="md"
      icon={<Icon size={28} stroke={1.5} aria-hidden />}
      withIndicatorBackground
      title={title}
      description={description}
    >
      {children && <MantineEmptyState.Actions>{children}</MantineEmptyState.Actions>}
    </MantineEmptyState>
  );
}
