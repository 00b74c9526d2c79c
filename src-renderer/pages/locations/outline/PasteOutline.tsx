import { Button, FileButton, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { type Corner, checkOutline, type Outline } from '../../../../src-shared/domain/fences/outline.ts';
import { type Axes, readShape } from '../../../../src-shared/domain/fences/read-outline.ts';
import { openRings } from '../../../map/outline/edit-outline.ts';
import { common } from '../../../strings/common.ts';
import { outlines as words } from '../../../strings/outlines.ts';

/** Some 100,000 corners: far more than a fence may have, and still read at once. */
const MOST_BYTES = 5_000_000;

interface Props {
  onClose: () => void;
  /** A fence that can be stored, or one that crosses itself and is put right on the map. */
  onOutline: (outline: Outline) => void;
  onPoint: (point: Corner) => void;
}

/** Takes GeoJSON or WKT from the clipboard or a file, and says what is wrong with it. */
export function PasteOutline({ onClose, onOutline, onPoint }: Props) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<{ message: string; isSwapped?: boolean; found?: Outline } | null>(null);
  const change = (next: string) => {
    setText(next);
    setProblem(null);
  };
  const take = (axes: Axes) => {
    if (text.length > MOST_BYTES) return setProblem({ message: words.tooLong });
    const read = readShape(text, axes);
    if ('problem' in read) return setProblem(read.problem);
    if ('point' in read.shape) return onPoint(read.shape.point);
    const checked = checkOutline(read.shape.outline);
    if (!('problem' in checked)) return onOutline(openRings(checked.outline));
    const { message, at } = checked.problem;
    // What has a place is put right there; the rest is no outline to show.
    setProblem(at ? { message, found: openRings(read.shape.outline) } : { message });
  };
  const readFile = async (file: File | null) => {
    if (!file) return;
    if (file.size > MOST_BYTES) return setProblem({ message: words.tooLong });
    change(await file.text());
  };
  return (
    <Modal opened onClose={onClose} title={words.pasteTitle} size="lg">
      <Stack gap="sm">
        <Textarea
          label={words.pasteLabel}
          description={words.pasteHint}
          placeholder="POLYGON ((7.588 47.559, 7.592 47.559, 7.592 47.562, 7.588 47.559))"
          rows={8}
          spellCheck={false}
          data-autofocus
          value={text}
          error={problem?.message}
          onChange={(event) => change(event.currentTarget.value)}
        />
        {problem?.isSwapped && (
          <Group gap="xs">
            <Text size="sm">{words.swapHint}</Text>
            <Button size="xs" variant="light" onClick={() => take('latitude-first')}>
              {words.swap}
            </Button>
          </Group>
        )}
        <Group justify="flex-end" gap="xs">
          <FileButton accept=".geojson,.json,.wkt,.txt" onChange={(file) => void readFile(file)}>
            {(props) => (
              <Button {...props} variant="default" mr="auto">
                {words.file}
              </Button>
            )}
          </FileButton>
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          {problem?.found && (
            <Button variant="default" onClick={() => onOutline(problem.found!)}>
              {words.putRight}
            </Button>
          )}
          <Button disabled={text.trim() === ''} onClick={() => take('longitude-first')}>
            {words.take}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
