import { Alert, Anchor } from '@mantine/core';
import { IconAlertTriangle, IconClockExclamation, IconDatabaseX, IconEngineOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useCan } from '../api/session.ts';
import { useOperation } from '../api/use-operation.ts';
import { useWorkstation } from '../api/workstation.ts';
import { notices as words } from '../strings/notices.ts';

const LOOK_MS = 30_000;

/** What people should know on every page: a part that does not work, a clock that is off, a backup that is late. */
export function Notices() {
  const may = useCan('getNotices');
  return may ? <Shown /> : null;
}

function Shown() {
  const mayBackUp = useCan('updateBackupSettings');
  const mayMend = useCan('listConsoles');
  const isAway = useWorkstation().data?.link === 'offline';
  const { data } = useOperation('getNotices', {}, { refetchInterval: LOOK_MS });
  if (!data) return null;
  // That the database is away is said by the banner; that it takes no changes concerns everybody, the rest those who mend it.
  const troubles = data.troubles.filter(({ part }) => (part === 'database' ? !isAway : mayMend));
  return (
    <>
      {troubles.map(({ part, why }) => (
        <Notice
          key={part}
          icon={part === 'database' ? <IconDatabaseX size={18} aria-hidden /> : <IconEngineOff size={18} aria-hidden />}
        >
          <strong>{words.parts[part] ?? part}</strong> {why} {words.meanwhile[part] ?? ''}
        </Notice>
      ))}
      {data.clockOffMs !== 0 && (
        <Notice icon={<IconClockExclamation size={18} aria-hidden />}>{words.clock(data.clockOffMs)}</Notice>
      )}
      {data.backup !== 'fine' && mayBackUp && (
        <Notice icon={<IconAlertTriangle size={18} aria-hidden />}>
          {words.backup[data.backup]}{' '}
          <Anchor component={Link} to="/settings" inherit>
            {words.toSettings}
          </Anchor>
        </Notice>
      )}
    </>
  );
}

function Notice({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <Alert color="yellow" variant="light" radius={0} py={6} icon={icon} role="status" data-testid="notice">
      {children}
    </Alert>
  );
}
