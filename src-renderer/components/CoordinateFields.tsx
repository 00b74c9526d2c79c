import { Group, TextInput } from '@mantine/core';
import { type ClipboardEvent, type ReactNode, useState } from 'react';
import { parseDegrees, parsePosition } from '../../src-shared/domain/geo/parse-position.ts';
import { coordinates as words } from '../strings/coordinates.ts';

type Axis = 'latitude' | 'longitude';
/** A number where the text could be read; what was typed where it could not. */
export type Coordinate = number | string;

interface Props {
  latitude: Coordinate;
  longitude: Coordinate;
  errors: Partial<Record<Axis, ReactNode>>;
  onChange: (values: Partial<Record<Axis, Coordinate>>) => void;
}

/** About 0.1 m. */
const round = (degrees: number): number => Number(degrees.toFixed(6));

/** Why a coordinate can't be used; null where it is a number or nothing yet. */
export const coordinateProblem = (value: Coordinate): string | null =>
  typeof value === 'number' || value.trim() === '' ? null : words.notOne;

/** Latitude and longitude in any notation. A pair that is typed or pasted into either fills both. */
export function CoordinateFields({ latitude, longitude, errors, onChange }: Props) {
  const values = { latitude, longitude };
  return (
    <Group grow align="flex-start">
      {(['latitude', 'longitude'] as const).map((axis) => (
        <CoordinateField
          key={axis}
          axis={axis}
          value={values[axis]}
          error={errors[axis]}
          onChange={(value) => onChange({ [axis]: value })}
          onPair={onChange}
        />
      ))}
    </Group>
  );
}

interface FieldProps {
  axis: Axis;
  value: Coordinate;
  error: ReactNode;
  onChange: (value: Coordinate) => void;
  onPair: (pair: Record<Axis, number>) => void;
}

function CoordinateField({ axis, value, error, onChange, onPair }: FieldProps) {
  const [typed, setTyped] = useState('');
  const [left, setLeft] = useState(true);
  // What was typed stays as it is while it means the value; the map may have changed that meanwhile.
  const shown = meaningOf(typed, axis) === value ? typed : String(value);
  const change = (text: string) => {
    setTyped(text);
    if (!takePair(text)) onChange(meaningOf(text, axis));
  };
  const takePair = (text: string): boolean => {
    const pair = parseDegrees(text, axis) === null ? parsePosition(text) : null;
    if (pair) onPair({ latitude: round(pair.latitude), longitude: round(pair.longitude) });
    return pair !== null;
  };
  const paste = (event: ClipboardEvent) => {
    // Wherever the cursor stands: a pair is never a part of a number.
    if (takePair(event.clipboardData.getData('text'))) event.preventDefault();
  };
  return (
    <TextInput
      label={words[axis]}
      required
      maxLength={60}
      autoComplete="off"
      value={shown}
      error={error ?? (left ? coordinateProblem(value) : null)}
      onFocus={() => setLeft(false)}
      onBlur={() => setLeft(true)}
      onPaste={paste}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

function meaningOf(text: string, axis: Axis): Coordinate {
  const degrees = parseDegrees(text, axis);
  return degrees === null ? text : round(degrees);
}
