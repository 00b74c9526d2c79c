import { Alert } from '@mantine/core';
import { useDataAge } from '../stores/data-age.ts';
import { reviews as words } from '../strings/reviews.ts';

/** Above a list that has only a part of what it is about, because a pinned review was not read to its end. */
export function PartNote() {
  const part = useDataAge((age) => age.part);
  return (
    part && (
      <Alert color="yellow" variant="light" py={6} data-testid="part-note">
        <strong>{words.part(part.kept, part.whole)}</strong> {words.partHint}
      </Alert>
    )
  );
}
