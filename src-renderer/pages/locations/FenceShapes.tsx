import { Stack, Text, Title } from '@mantine/core';
import { useOperation } from '../../api/use-operation.ts';
import { Time } from '../../components/Time.tsx';
import { fenceSize } from '../../strings/fences.ts';
import { fenceShapes as words } from '../../strings/locations.ts';
import classes from './Locations.module.css';

/** The shapes that a fence had, each with its time, and whether finished runs keep another; nothing where it never changed. */
export function FenceShapes({ locationId }: { locationId: number }) {
  const { data } = useOperation('listFenceShapes', { params: { locationId } });
  if (!data || (data.items.length < 2 && data.runsThatKeepOthers === 0)) return null;
  return (
    <Stack gap={6} mt="sm">
      <Title order={3}>{words.title}</Title>
      {data.items.length > 1 && (
        <ul className={classes.shapes}>
          {data.items.map(({ from, to, position, ...shape }) => (
            <li key={from ?? ''}>
              <span>
                <Time value={from} absent={words.beginning} /> – <Time value={to} absent={words.now} />
              </span>
              <Text span size="xs" c="dimmed">
                {words.shape(fenceSize(shape), position.coordinates)}
              </Text>
            </li>
          ))}
        </ul>
      )}
      {data.runsThatKeepOthers > 0 && (
        <Text size="xs" c="dimmed">
          {words.keeping(data.runsThatKeepOthers)}
        </Text>
      )}
    </Stack>
  );
}
