import { Alert, Anchor, Stack, Text } from '@mantine/core';
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import type { OperationOutput } from '../../api/client.ts';
import { formatInstant } from '../../dates/format.ts';
import { audit as words } from '../../strings/audit.ts';
import { common } from '../../strings/common.ts';

type Verification = OperationOutput<'verifyAuditLog'>;

/** What the verifier found, and what it can't know without an anchor. */
export function Verdict({
  verdict,
  onClose,
  onFromBeginning,
}: {
  verdict: Verification;
  onClose: () => void;
  onFromBeginning: () => void;
}) {
  const { ok, entries, firstBrokenId, anchors, unanchored, unsealed, after, removed, beginning } = verdict;
  const Icon = ok ? IconShieldCheck : IconShieldX;
  const broken = anchors.broken[0];
  return (
    <Alert
      color={ok ? 'teal' : 'red'}
      role="status"
      flex="none"
      icon={<Icon aria-hidden />}
      title={firstBrokenId !== null ? words.broken(firstBrokenId) : ok ? words.intact(entries) : words.notWhole}
      withCloseButton
      closeButtonLabel={common.close}
      onClose={onClose}
    >
      <Stack gap={4}>
        {firstBrokenId !== null && <Text size="sm">{words.brokenHint}</Text>}
        {after && (
          <Text size="sm">
            {words.checkedBefore(after.id, formatInstant(after.at))}{' '}
            <Anchor component="button" type="button" size="sm" onClick={onFromBeginning}>
              {words.fromBeginning}
            </Anchor>
          </Text>
        )}
        {removed && <Text size="sm">{words.removed(removed.id, formatInstant(removed.at))}</Text>}
        {broken && (
          <Text size="sm">
            {words.anchorBroken(broken.id, formatInstant(broken.at), broken.gone, anchors.brokenCount)}{' '}
            {words.anchorHint}
          </Text>
        )}
        {beginning !== 'whole' && <Text size="sm">{words.beginning[beginning]}</Text>}
        {anchors.damagedLines > 0 && <Text size="sm">{words.damagedLines(anchors.damagedLines)}</Text>}
        <Text size="sm">
          {anchors.newest
            ? words.anchored(anchors.count, anchors.newest.id, formatInstant(anchors.newest.at))
            : words.noAnchor}{' '}
          {unanchored > 0 && words.unanchored(unanchored)}
        </Text>
        {unsealed.since !== null && (
          <Text size="sm">{words.notSealed(unsealed.count, formatInstant(unsealed.since))}</Text>
        )}
      </Stack>
    </Alert>
  );
}
