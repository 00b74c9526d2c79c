import { Group, NumberInput, SegmentedControl, Select, Text } from '@mantine/core';
import { type LabelCode, labelCodes, labelSizes } from '../../../../src-shared/domain/labels/sizes.ts';
import { orderPapers as words } from '../../../strings/order-papers.ts';
import { type LabelChoice, MOST_ON_SCREEN, sizeOf, sizesOf } from './choice.ts';

interface Props {
  choice: LabelChoice;
  onChange: (choice: LabelChoice) => void;
  part: { from: number; count: number };
  onPart: (part: { from: number; count: number }) => void;
  /** Labels there are, and labels of the chosen part. */
  all: number;
  shown: number;
}

/** What is printed, on what, and which part of it. */
export function LabelOptions({ choice, onChange, part, onPart, all, shown }: Props) {
  const { sheet } = labelSizes[sizeOf(choice)];
  const pages = sheet ? Math.ceil(shown / (sheet.columns * sheet.rows)) : shown;
  return (
    <Group gap="md" align="flex-end" mt="sm">
      <SegmentedControl
        aria-label={words.kind}
        value={choice.kind}
        onChange={(kind) => onChange({ ...choice, kind: kind as LabelChoice['kind'] })}
        data={(['device', 'box'] as const).map((value) => ({ value, label: words.kinds[value] }))}
      />
      <Select
        label={words.size}
        w={200}
        allowDeselect={false}
        value={sizeOf(choice)}
        data={sizesOf(choice.kind).map((value) => ({ value, label: words.sizes[value] }))}
        onChange={(size) =>
          size && onChange({ ...choice, [choice.kind === 'device' ? 'deviceSize' : 'boxSize']: size } as LabelChoice)
        }
      />
      <Select
        label={words.code}
        w={140}
        allowDeselect={false}
        value={choice.code}
        data={labelCodes.map((value) => ({ value, label: words.codes[value] }))}
        onChange={(code) => code && onChange({ ...choice, code: code as LabelCode })}
      />
      {choice.kind === 'box' && (
        <NumberInput
          label={words.devicesPerBox}
          w={130}
          min={1}
          max={100_000}
          allowDecimal={false}
          value={choice.devicesPerBox}
          onChange={(value) => Number(value) >= 1 && onChange({ ...choice, devicesPerBox: Number(value) })}
        />
      )}
      <NumberInput
        label={words.from}
        w={110}
        min={1}
        max={Math.max(1, all)}
        allowDecimal={false}
        value={part.from}
        onChange={(value) => Number(value) >= 1 && onPart({ ...part, from: Number(value) })}
      />
      <NumberInput
        label={words.howMany}
        w={110}
        min={1}
        max={MOST_ON_SCREEN}
        allowDecimal={false}
        value={part.count}
        onChange={(value) => Number(value) >= 1 && onPart({ ...part, count: Number(value) })}
      />
      <Text size="sm" pb={8} aria-live="polite">
        {words.shown(shown, pages)}
        {all > part.from - 1 + MOST_ON_SCREEN && ` · ${words.tooMany(MOST_ON_SCREEN)}`}
      </Text>
    </Group>
  );
}
