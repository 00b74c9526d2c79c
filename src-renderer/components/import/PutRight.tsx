import { Button, Checkbox, Group, Stack, TextInput } from '@mantine/core';
import { importing as words } from '../../strings/importing.ts';

interface Props {
  /** Null where the file is no correction. */
  reason: string | null;
  disabled: boolean;
  onReason: (reason: string | null) => void;
  /** Checks the file again, once one is chosen. */
  onCheck: (() => void) | null;
}

/** Says that the file corrects an earlier one, and why. */
export function PutRight({ reason, disabled, onReason, onCheck }: Props) {
  return (
    <Stack gap="xs">
      <Checkbox
        label={words.mixUps}
        description={words.mixUpsHint}
        checked={reason !== null}
        disabled={disabled}
        onChange={(event) => onReason(event.currentTarget.checked ? '' : null)}
      />
      {reason !== null && (
        <Group align="flex-end" gap="sm" ml={30}>
          <TextInput
            label={words.mixUpReason}
            required
            minLength={3}
            maxLength={500}
            w={360}
            maw="100%"
            value={reason}
            disabled={disabled}
            onChange={(event) => onReason(event.currentTarget.value)}
          />
          {onCheck && (
            <Button variant="default" disabled={disabled || reason.trim().length < 3} onClick={onCheck}>
              {words.checkOnceMore}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}
