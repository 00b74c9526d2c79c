import { ActionIcon, Popover, Text } from '@mantine/core';
import { IconHelp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type GlossaryTerm, glossary, helpWith } from '../strings/glossary.ts';

interface Props {
  of: GlossaryTerm;
  /** The words that the question mark stands behind; alone without them. */
  children?: ReactNode;
}

/** A term of this console with a question mark that explains it, by click and by keyboard. */
export function Term({ of, children }: Props) {
  const { name, text } = glossary[of];
  return (
    <>
      {children}
      <Popover width={300} position="bottom-start" withArrow withinPortal trapFocus={false} shadow="md">
        <Popover.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            m={-3}
            ml={children === undefined ? -3 : 1}
            aria-label={helpWith(name)}
            style={{ verticalAlign: 'text-bottom' }}
          >
            <IconHelp size={14} aria-hidden />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown>
          <Text size="sm" fw={600}>
            {name}
          </Text>
          <Text size="sm">{text}</Text>
        </Popover.Dropdown>
      </Popover>
    </>
  );
}
