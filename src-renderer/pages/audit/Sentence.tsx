import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { audit as words } from '../../strings/audit.ts';
import { sentenceOf } from './sentence.ts';

/** An entry as a sentence, with links to what it names, and a mark while the chain doesn't have it. */
export function Sentence({ entry }: { entry: Parameters<typeof sentenceOf>[0] & { hash: string | null } }) {
  const parts = sentenceOf(entry);
  return (
    <span title={parts.map(({ text }) => text).join('')}>
      {parts.map(({ text, to }, place) =>
        to === undefined ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a sentence never move
          <span key={place}>{text}</span>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a sentence never move
          <Anchor key={place} component={Link} to={to} size="sm" onClick={(event) => event.stopPropagation()}>
            {text}
          </Anchor>
        ),
      )}
      {entry.hash === null && (
        <Text span size="xs" c="dimmed">
          {' '}
          {words.unsealed}
        </Text>
      )}
    </span>
  );
}
