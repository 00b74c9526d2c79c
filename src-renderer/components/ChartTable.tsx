import { Table } from '@mantine/core';
import { formatDay, formatInstant } from '../dates/format.ts';
import { chart as words } from '../strings/chart.ts';
import { count } from '../strings/format.ts';
import classes from './Chart.module.css';
import type { ChartProps } from './Chart.tsx';

/** Room that the legend of a drawn chart takes, so that nothing moves when one turns to the table. */
const LEGEND = 34;

/** The figures of a chart, newest first. */
export function ChartTable({ label, times, series, height = 180, days = false, daysOf = 'UTC' }: ChartProps) {
  const rows = times.map((seconds, index) => ({ seconds, index })).reverse();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (axe: scrollable-region-focusable)
    <section className={classes.table} style={{ height: height + LEGEND }} tabIndex={0} aria-label={label}>
      <Table stickyHeader verticalSpacing={3}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{days ? words.dayOf(daysOf) : words.time}</Table.Th>
            {series.map((one) => (
              <Table.Th key={one.label} ta="right">
                {one.label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ seconds, index }) => (
            <Table.Tr key={seconds}>
              <Table.Td>
                {days ? formatDay(new Date(seconds * 1000).toISOString()) : formatInstant(seconds * 1000)}
              </Table.Td>
              {series.map((one) => {
                const value = one.values[index];
                return (
                  <Table.Td key={one.label} ta="right">
                    {value === null || value === undefined ? '–' : count(value)}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
