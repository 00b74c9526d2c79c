import {
  ActionIcon,
  Avatar,
  Box,
  Button,
  Divider,
  Popover,
  SegmentedControl,
  Text,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core';
import { IconLogout, IconShieldLock } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import { endSession, useSession } from '../api/session.ts';
import { type Density, usePreferences } from '../stores/preferences.ts';
import { roleNames } from '../strings/common.ts';
import { layout } from '../strings/layout.ts';

const { user: words } = layout;

/** Who is logged in, how the console looks to them, and the way out. */
export function UserMenu() {
  const { user } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { density, set } = usePreferences();
  const navigate = useNavigate();
  // A deliberate leave does not send the next person to this one's page.
  const leave = () =>
    endSession()
      .catch(() => {})
      .then(() => navigate('/login', { replace: true }));
  return (
    <Popover position="bottom-end" width={250} shadow="md" withArrow trapFocus>
      <Popover.Target>
        <ActionIcon size="lg">
          <VisuallyHidden>{words.menu(user.displayName)}</VisuallyHidden>
          <Avatar aria-hidden size={28} name={user.displayName} color="iris" radius="xl" alt="" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={6} aria-label={words.menu(user.displayName)}>
        <Box px="sm" py={6}>
          <Text size="sm" fw={600}>
            {user.displayName}
          </Text>
          <Text size="xs" c="dimmed">
            {user.username} · {roleNames[user.role]}
            {user.client && ` · ${user.client.name}`}
          </Text>
        </Box>
        <Divider my={6} />
        <Text size="xs" c="dimmed" px="xs" mb={4}>
          {words.theme}
        </Text>
        <Box px="xs" pb="xs">
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label={words.theme}
            value={colorScheme}
            onChange={setColorScheme}
            data={[
              { value: 'light', label: words.light },
              { value: 'dark', label: words.dark },
              { value: 'auto', label: words.auto },
            ]}
          />
        </Box>
        <Text size="xs" c="dimmed" px="xs" mb={4}>
          {words.density}
        </Text>
        <Box px="xs" pb="xs">
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label={words.density}
            value={density}
            onChange={(value) => set({ density: value as Density })}
            data={[
              { value: 'compact', label: words.compact },
              { value: 'comfortable', label: words.comfortable },
            ]}
          />
        </Box>
        <Divider my={6} />
        <Button
          component={Link}
          to="/security"
          fullWidth
          variant="subtle"
          color="gray"
          c="inherit"
          justify="flex-start"
          leftSection={<IconShieldLock size={16} aria-hidden />}
        >
          {layout.pages.security}
        </Button>
        <Button
          fullWidth
          variant="subtle"
          color="gray"
          c="inherit"
          justify="flex-start"
          leftSection={<IconLogout size={16} aria-hidden />}
          onClick={() => void leave()}
        >
          {words.logout}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
