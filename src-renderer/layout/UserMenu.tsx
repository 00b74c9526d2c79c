import { ActionIcon, Avatar, Box, Menu, SegmentedControl, Text, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconLogout } from '@tabler/icons-react';
import { endSession, useSession } from '../api/session.ts';
import { type Density, usePreferences } from '../stores/preferences.ts';
import { roleNames } from '../strings/common.ts';
import { layout } from '../strings/layout.ts';
import { ChangePassword } from './ChangePassword.tsx';

const { user: words } = layout;

/** Who is logged in, how the console looks to them, and the way out. */
export function UserMenu() {
  const { user } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { density, set } = usePreferences();
  const [changing, { open, close }] = useDisclosure(false);
  return (
    <>
      <Menu position="bottom-end" width={250} shadow="md" withArrow>
        <Menu.Target>
          <ActionIcon size="lg" aria-label={words.menu(user.displayName)}>
            <Avatar size={28} name={user.displayName} color="iris" radius="xl" alt="" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Box px="sm" py={6}>
            <Text size="sm" fw={600}>
              {user.displayName}
            </Text>
            <Text size="xs" c="dimmed">
              {user.username} · {roleNames[user.role]}
              {user.client && ` · ${user.client.name}`}
            </Text>
          </Box>
          <Menu.Divider />
          <Menu.Label>{words.theme}</Menu.Label>
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
          <Menu.Label>{words.density}</Menu.Label>
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
          <Menu.Divider />
          <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={open}>
            {words.changePassword}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconLogout size={16} aria-hidden />}
            onClick={() => void endSession().catch(() => {})}
          >
            {words.logout}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ChangePassword opened={changing} onClose={close} />
    </>
  );
}
