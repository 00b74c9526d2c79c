import { Select } from '@mantine/core';
import { type Firmware, firmwares } from '../../src-shared/domain/find-my/battery.ts';
import { common } from '../strings/common.ts';

const { firmware: words } = common;

interface Props {
  value: Firmware | null;
  onChange: (firmware: Firmware | null) => void;
  disabled?: boolean;
}

/** Which firmware devices have, and so how their status byte tells the battery; nothing is chosen while it isn't known. */
export function FirmwareSelect({ value, onChange, disabled = false }: Props) {
  return (
    <Select
      label={words.label}
      description={words.hint}
      placeholder={words.unknown}
      clearable
      disabled={disabled}
      data={firmwares.map((firmware) => ({ value: firmware, label: words.names[firmware] }))}
      value={value}
      onChange={(chosen) => onChange(chosen as Firmware | null)}
    />
  );
}
