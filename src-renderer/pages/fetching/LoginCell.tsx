import { Group, Text, Tooltip } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClockExclamation,
  IconFileAlert,
  IconKey,
  IconKeyOff,
} from '@tabler/icons-react';
import type { ReportSource } from '../../../src-shared/contract/fetcher.ts';
import { type LoginState, loginStateOf } from '../../../src-shared/domain/login-life.ts';
import { StateBadge } from '../../components/StateBadge.tsx';
import { formatInstant } from '../../dates/format.ts';
import { fetcher } from '../../strings/fetcher.ts';
import { duration } from '../../strings/format.ts';

const { login: words } = fetcher;
const looks = {
  none: { tone: 'warn', icon: IconKeyOff },
  unknown: { tone: 'quiet', icon: IconKey },
  new: { tone: 'quiet', icon: IconKey },
  works: { tone: 'good', icon: IconCircleCheck },
  expiring: { tone: 'warn', icon: IconClockExclamation },
  refused: { tone: 'bad', icon: IconAlertTriangle },
} as const;

/** How the login of a source does: its age, when it last worked, and how long it may last. */
export function LoginCell({ source }: { source: ReportSource }) {
  const { login } = source.state;
  const state = loginStateOf(login, source.hasCredentials, Date.now());
  if (state === 'none' && source.kind === 'haystack')
    return (
      <Text size="sm" c="dimmed" span>
        {words.notNeeded}
      </Text>
    );
  const badFile = login.fileError !== null && state !== 'refused';
  const look = badFile ? { tone: 'warn' as const, icon: IconFileAlert } : looks[state];
  return (
    <Tooltip label={linesOf(source, state)} multiline maw={380} style={{ whiteSpace: 'pre-line' }}>
      <Group gap={6} wrap="nowrap" w="fit-content">
        <StateBadge {...look} label={badFile ? words.fileFails : words.states[state]} />
        {login.setAt && (
          <Text size="xs" c="dimmed" span>
            {words.age(duration((Date.now() - Date.parse(login.setAt)) / 1000))}
          </Text>
        )}
      </Group>
    </Tooltip>
  );
}

/** All that is known of it, a line each. */
function linesOf({ kind, loginFile, state: { login } }: ReportSource, state: LoginState): string {
  const lines = [
    state === 'none' ? (loginFile ? words.waitsForFile : words.noneHint) : null,
    state === 'unknown' ? words.unknownHint : null,
    login.fileError,
    login.setAt && login.from && words.setAt[login.from](formatInstant(login.setAt)),
    login.workedAt && words.workedAt(formatInstant(login.workedAt)),
    login.refusedAt && words.refusedAt(formatInstant(login.refusedAt)),
    login.lifetime && words.lifetime[login.lifetime.from](duration(login.lifetime.days * 86_400)),
    login.expiresAt && words.expiresAt(formatInstant(login.expiresAt)),
    state !== 'none' && !login.lifetime && kind !== 'haystack' ? words.noLifetime : null,
    loginFile && words.file(loginFile),
    login.fileReadAt && words.fileReadAt(formatInstant(login.fileReadAt)),
  ];
  return lines.filter((line) => typeof line === 'string' && line !== '').join('\n');
}
