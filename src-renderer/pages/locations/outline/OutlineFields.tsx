import { Button, Group, Stack, Text } from '@mantine/core';
import { IconCircleDashed, IconClipboard, IconPolygon, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { Corner } from '../../../../src-shared/domain/fences/outline.ts';
import { cornersIn, outlineOfCircle, ringOf } from '../../../map/outline/edit-outline.ts';
import { outlines as words } from '../../../strings/outlines.ts';
import { outlineProblem } from '../draft.ts';
import { OutlineCorners } from './OutlineCorners.tsx';
import { PasteOutline } from './PasteOutline.tsx';
import type { OutlineDrawing } from './use-outline-drawing.ts';

interface Props {
  drawing: OutlineDrawing;
  /** The circle that the fence was before, to begin with. */
  circle: { latitude: number; longitude: number; radius: number } | null;
  onShow: (corner: Corner) => void;
  onPoint: (corner: Corner) => void;
}

/** What an outline is, what is wrong with it, and the ways to make it that need no mouse. */
export function OutlineFields({ drawing, circle, onShow, onPoint }: Props) {
  const [pasting, setPasting] = useState(false);
  const { outline } = drawing;
  if (outline === null) return null;
  const corners = cornersIn(outline);
  const drawn = drawing.drawing && ringOf(outline, drawing.drawing).length;
  const isFurther = drawing.drawing !== null && drawing.drawing.part + drawing.drawing.ring > 0;
  const problem = corners > 0 && drawn === null ? outlineProblem(outline) : null;
  // The ring that is drawn may cross itself before it is closed.
  const crossing = drawn !== null && drawn > 2 ? outlineProblem(outline) : null;
  const wrong = problem ?? crossing;
  return (
    <Stack gap={6}>
      <Text size="sm" role="status">
        {drawn === null
          ? words.shape(
              corners,
              outline.length,
              outline.reduce((sum, rings) => sum + rings.length - 1, 0),
            )
          : words.drawing(drawn)}
      </Text>
      {drawing.crowded && (
        <Text size="xs" c="dimmed">
          {words.crowded}
        </Text>
      )}
      {wrong && (
        <Group gap={8}>
          <Text size="sm" c="var(--attention)" role="alert" style={{ flex: 1 }}>
            {wrong.message}
          </Text>
          {wrong.at && (
            <Button size="compact-xs" variant="default" onClick={() => onShow(wrong.at!)}>
              {words.show}
            </Button>
          )}
        </Group>
      )}
      <Group gap={6}>
        {drawn !== null && (drawn > 2 || isFurther) && (
          <Button size="xs" variant="light" onClick={drawing.close}>
            {drawn > 2 ? words.close : words.giveUp}
          </Button>
        )}
        {corners === 0 && circle && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconCircleDashed size={14} aria-hidden />}
            onClick={() => drawing.change(outlineOfCircle(circle.latitude, circle.longitude, circle.radius))}
          >
            {words.ofCircle}
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          leftSection={<IconClipboard size={14} aria-hidden />}
          onClick={() => setPasting(true)}
        >
          {words.paste}
        </Button>
        {drawn === null && (
          <>
            <Button size="xs" variant="default" onClick={() => drawing.begin(drawing.chosen?.part ?? 0)}>
              {words.hole}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPolygon size={14} aria-hidden />}
              onClick={() => drawing.begin(null)}
            >
              {words.part}
            </Button>
          </>
        )}
        {drawing.chosen && (
          <Button
            size="xs"
            variant="default"
            aria-keyshortcuts="Delete"
            leftSection={<IconTrash size={14} aria-hidden />}
            onClick={drawing.deleteChosen}
          >
            {words.deleteCorner(drawing.chosen.corner + 1)}
          </Button>
        )}
      </Group>
      <OutlineCorners drawing={drawing} onShow={onShow} />
      {pasting && (
        <PasteOutline
          onClose={() => setPasting(false)}
          onOutline={(next) => {
            setPasting(false);
            drawing.choose(null);
            drawing.change(next);
            const first = next[0]?.[0]?.[0];
            if (first) onShow(first);
          }}
          onPoint={(point) => {
            setPasting(false);
            onPoint(point);
          }}
        />
      )}
    </Stack>
  );
}
