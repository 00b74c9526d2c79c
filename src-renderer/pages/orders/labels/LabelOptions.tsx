import { Group, NumberInput, SegmentedControl, Select, Text } from '@mantine/core';
import {
  type LabelCode,
  labelCodes,
  type OwnLabelSize,
  ownLabelLimits,
} from '../../../../src-shared/domain/labels/sizes.ts';
import { orderPapers as words } from '../../../strings/order-papers.ts';
import { type LabelChoice, labelOf, MOST_ON_SCREEN, ownFrom, sizeOf, sizesOf } from './choice.ts';

interface Props {
  choice: LabelChoice;
  onChange: (choice: LabelChoice) => void;
  part: { from: number; count: number };
  onPart: (part: { from: number; count: number }) => void;
  /** Labels there are, and labels of the chosen part. */
  all: number;
  shown: number;
}

const OWN = 'own';

/** What is printed, on what, and which part of it. */
export function LabelOptions({ choice, onChange, part, onPart, all, shown }: Props) {
  const { sheet } = labelOf(choice);
  const own = choice.own?.[choice.kind] ?? null;
  const setOwn = (next: OwnLabelSize | null) => onChange({ ...choice, own: { ...choice.own, [choice.kind]: next } });
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
        value={own ? OWN : sizeOf(choice)}
        data={[
          ...sizesOf(choice.kind).map((value) => ({ value: value as string, label: words.sizes[value] })),
          { value: OWN, label: words.ownSize },
        ]}
        onChange={(size) => {
          if (size === OWN) setOwn(own ?? ownFrom(choice));
          else if (size)
            onChange({
              ...choice,
              own: { ...choice.own, [choice.kind]: null },
              [choice.kind === 'device' ? 'deviceSize' : 'boxSize']: size,
            });
        }}
      />
      {own &&
        (['widthMm', 'heightMm', 'marginMm'] as const).map((side) => (
          <NumberInput
            key={side}
            label={words.ownSides[side]}
            w={104}
            suffix=" mm"
            decimalScale={1}
            step={0.5}
            {...ownLabelLimits[side]}
            value={own[side]}
            onChange={(value) => {
              const { min, max } = ownLabelLimits[side];
              if (typeof value === 'number' && value >= min && value <= max) setOwn({ ...own, [side]: value });
            }}
          />
        ))}
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
