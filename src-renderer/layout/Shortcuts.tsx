import { Kbd, Modal, Stack, Table, Text } from '@mantine/core';
import { Fragment, useEffect } from 'react';
import { hideShortcuts, type ShortcutGroup, showShortcuts, useShortcuts } from '../stores/shortcuts.ts';
import { shortcutWords as words } from '../strings/palette.ts';

const everywhere: ShortcutGroup = {
  title: words.everywhere,
  shortcuts: [
    { keys: [['Ctrl', 'K']], label: words.jump },
    { keys: [['?']], label: words.help },
  ],
};

/** "?" shows which keys the screen knows. */
export function Shortcuts() {
  const { opened, groups } = useShortcuts();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const typing =
        event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable]');
      if (typing) return;
      event.preventDefault();
      showShortcuts();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  // Two tables of one screen have the same keys.
  const own = [...new Map(Object.values(groups).map((group) => [group.title, group])).values()];
  return (
    <Modal opened={opened} onClose={hideShortcuts} title={words.title} size="lg">
      <Stack gap="md">
        {own.length === 0 && (
          <Text size="sm" c="dimmed">
            {words.none}
          </Text>
        )}
        {[...own, everywhere].map(({ title, shortcuts }) => (
          <Table key={title} aria-label={title} verticalSpacing={4} withRowBorders={false} captionSide="top">
            <Table.Caption ta="left" fw={600} mt={0} mb={2}>
              {title}
            </Table.Caption>
            <Table.Tbody>
              {shortcuts.map(({ keys, label }) => (
                <Table.Tr key={label}>
                  <Table.Td w={170}>
                    {keys.map((together, n) => (
                      <Fragment key={together.join()}>
                        {n > 0 && ` ${words.or} `}
                        {together.map((key) => (
                          <Kbd key={key} mr={3}>
                            {key}
                          </Kbd>
                        ))}
                      </Fragment>
                    ))}
                  </Table.Td>
                  <Table.Td>{label}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        ))}
      </Stack>
    </Modal>
  );
}
