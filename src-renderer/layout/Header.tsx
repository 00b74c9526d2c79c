import { Box, Burger, Group, Kbd, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import logo from '../icon.svg';
import { layout } from '../strings/layout.ts';
import { Breadcrumbs } from './Breadcrumbs.tsx';
import { ConnectionIndicator } from './ConnectionIndicator.tsx';
import classes from './Header.module.css';
import { JobsIndicator } from './JobsIndicator.tsx';
import { OutboxIndicator } from './OutboxIndicator.tsx';
import { palette } from './palette/palette-store.ts';
import { UserMenu } from './UserMenu.tsx';

interface Props {
  navigationOpened: boolean;
  onToggleNavigation: () => void;
}

/** Top bar: where you are, the jump field, whether what you see is live, and what runs in the background. */
export function Header({ navigationOpened, onToggleNavigation }: Props) {
  return (
    <Group h="100%" px="sm" gap="sm" wrap="nowrap" justify="space-between">
      <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
        <Burger
          opened={navigationOpened}
          onClick={onToggleNavigation}
          hiddenFrom="sm"
          size="sm"
          aria-label={layout.openNavigation}
        />
        <Box component="img" src={logo} alt="" w={26} h={26} visibleFrom="sm" />
        <Breadcrumbs />
      </Group>
      <Group gap={6} wrap="nowrap" className={classes.signs ?? ''}>
        <UnstyledButton className={classes.jump ?? ''} onClick={palette.open} aria-keyshortcuts="Control+K Meta+K">
          <IconSearch size={15} aria-hidden />
          <VisuallyHidden>{layout.jumpTo}</VisuallyHidden>
          <Text aria-hidden size="sm" component="span" visibleFrom="sm">
            {layout.jumpTo}
          </Text>
          <Kbd size="xs" visibleFrom="sm" aria-hidden>
            Ctrl K
          </Kbd>
        </UnstyledButton>
        <OutboxIndicator />
        <JobsIndicator />
        <ConnectionIndicator />
        <UserMenu />
      </Group>
    </Group>
  );
}
