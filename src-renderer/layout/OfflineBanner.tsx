import { Alert } from '@mantine/core';
import { IconDatabaseOff } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { queryClient } from '../api/query-client.ts';
import { useWorkstation } from '../api/workstation.ts';
import { useDataAge } from '../stores/data-age.ts';
import { ago } from '../strings/format.ts';
import { reviews as words } from '../strings/reviews.ts';

/** Says on every page that the database is away, and how old what it shows is. */
export function OfflineBanner() {
  const { data } = useWorkstation();
  const { asOf, part, saw, sawPart } = useDataAge();
  const away = data?.link === 'offline';
  const was = useRef(away);
  useEffect(() => {
    if (!away) {
      saw(null);
      sawPart(null);
    }
    // What was shown from the copy, or could not be shown, is read anew.
    if (was.current && !away) void queryClient.invalidateQueries();
    was.current = away;
  }, [away, saw, sawPart]);
  if (!away) return null;
  return (
    <Alert
      color="yellow"
      variant="light"
      radius={0}
      py={6}
      icon={<IconDatabaseOff size={18} aria-hidden />}
      role="status"
      data-testid="offline-banner"
    >
      <strong>{words.banner}</strong>{' '}
      {asOf === null ? words.bannerNothing : words.bannerAge(ago(Date.parse(asOf), Date.now()))}
      {part && <strong> {words.bannerPart(part.kept, part.whole)}</strong>}
    </Alert>
  );
}
