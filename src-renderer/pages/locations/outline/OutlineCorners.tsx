import { ActionIcon, Group, Pagination, Select, Stack, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconPlus, IconTrash } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Corner } from '../../../../src-shared/domain/fences/outline.ts';
import { parsePosition } from '../../../../src-shared/domain/geo/parse-position.ts';
import {
  appendCorner,
  type CornerAt,
  deleteCorner,
  insertCorner,
  middleBetween,
  moveCorner,
  ringOf,
  roundCorner,
} from '../../../map/outline/edit-outline.ts';
import { outlines as words } from '../../../strings/outlines.ts';
import classes from '../Locations.module.css';
import type { OutlineDrawing } from './use-outline-drawing.ts';

const PAGE = 20;

/** The corners as numbers, ring by ring: whatever the mouse does on the map is done here by keyboard. */
export function OutlineCorners({ drawing, onShow }: { drawing: OutlineDrawing; onShow: (corner: Corner) => void }) {
  const [open, setOpen] = useState(false);
  const [ringName, setRingName] = useState('0 0');
  const [page, setPage] = useState(1);
  const { outline, chosen } = drawing;
  // What is chosen on the map is what the list shows.
  useEffect(() => {
    if (!chosen) return;
    setRingName(`${chosen.part} ${chosen.ring}`);
    setPage(1 + Math.floor(chosen.corner / PAGE));
  }, [chosen]);
  if (outline === null) return null;
  const rings = outline.flatMap((some, part) =>
    some.map((_, ring) => ({ value: `${part} ${ring}`, label: words.ring(part, ring) })),
  );
  const name = rings.some(({ value }) => value === ringName) ? ringName : '0 0';
  const [part, ring] = name.split(' ').map(Number) as [number, number];
  const corners = ringOf(outline, { part, ring });
  const pages = Math.max(1, Math.ceil(corners.length / PAGE));
  const first = (Math.min(page, pages) - 1) * PAGE;
  const insertAfter = (corner: number) => {
    const next = corners[(corner + 1) % corners.length]!;
    drawing.change(insertCorner(outline, { part, ring, corner: corner + 1 }, middleBetween(corners[corner]!, next)));
  };
  return (
    <div>
      <UnstyledButton aria-expanded={open} onClick={() => setOpen(!open)} className={classes.fold ?? ''}>
        {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
        {words.corners}
      </UnstyledButton>
      {open && (
        <Stack gap={4} mt={4}>
          {rings.length > 1 && (
            <Select
              size="xs"
              aria-label={words.whichRing}
              data={rings}
              value={name}
              allowDeselect={false}
              onChange={(value) => {
                setRingName(value ?? '0 0');
                setPage(1);
              }}
            />
          )}
          <ol className={classes.corners} start={first + 1} aria-label={words.corners}>
            {corners.slice(first, first + PAGE).map((corner, n) => {
              const at: CornerAt = { part, ring, corner: first + n };
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a corner has no other name than its place in the ring
                <li key={first + n}>
                  <CornerField
                    n={first + n + 1}
                    corner={corner}
                    onFocus={() => drawing.choose(at)}
                    onChange={(to) => {
                      drawing.change(moveCorner(outline, at, to));
                      onShow(to);
                    }}
                  />
                  <ActionIcon
                    variant="default"
                    aria-label={words.insertAfter(first + n + 1)}
                    disabled={corners.length < 2}
                    onClick={() => insertAfter(first + n)}
                  >
                    <IconPlus size={14} aria-hidden />
                  </ActionIcon>
                  <ActionIcon
                    variant="default"
                    aria-label={words.deleteCorner(first + n + 1)}
                    onClick={() => drawing.change(deleteCorner(outline, at))}
                  >
                    <IconTrash size={14} aria-hidden />
                  </ActionIcon>
                </li>
              );
            })}
          </ol>
          <Group justify="space-between" gap={6}>
            <NewCorner
              onCorner={(corner) => {
                drawing.change(appendCorner(outline, { part, ring }, corner));
                setPage(1 + Math.floor(corners.length / PAGE));
                onShow(corner);
              }}
            />
            {pages > 1 && (
              <Pagination
                size="xs"
                total={pages}
                value={Math.min(page, pages)}
                onChange={setPage}
                getControlProps={(control) => ({ 'aria-label': words.page[control] })}
              />
            )}
          </Group>
        </Stack>
      )}
    </div>
  );
}

const shown = ([longitude, latitude]: Corner) => `${latitude}, ${longitude}`;

function read(text: string): Corner | null {
  const position = parsePosition(text);
  return position && roundCorner([position.longitude, position.latitude]);
}

interface FieldProps {
  n: number;
  corner: Corner;
  onFocus: () => void;
  onChange: (corner: Corner) => void;
}

/** One corner as latitude and longitude, in any notation; taken over when the field is left or Enter is pressed. */
function CornerField({ n, corner, onFocus, onChange }: FieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const take = () => {
    const next = typed === null ? null : read(typed);
    if (!next) return;
    setTyped(null);
    if (next[0] !== corner[0] || next[1] !== corner[1]) onChange(next);
  };
  return (
    <TextInput
      size="xs"
      aria-label={words.corner(n)}
      maxLength={60}
      autoComplete="off"
      value={typed ?? shown(corner)}
      error={typed !== null && read(typed) === null && words.notAPlace}
      onFocus={onFocus}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setTyped(null);
        if (event.key !== 'Enter') return;
        // Enter would send the form.
        event.preventDefault();
        take();
      }}
    />
  );
}

function NewCorner({ onCorner }: { onCorner: (corner: Corner) => void }) {
  const [typed, setTyped] = useState('');
  const corner = read(typed);
  const add = () => {
    if (!corner) return;
    onCorner(corner);
    setTyped('');
  };
  return (
    <Group gap={6}>
      <TextInput
        size="xs"
        aria-label={words.newCorner}
        placeholder="47.5596, 7.5886"
        maxLength={60}
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          add();
        }}
      />
      <ActionIcon variant="default" aria-label={words.addCorner} disabled={!corner} onClick={add}>
        <IconPlus size={14} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
