import 'uplot/dist/uPlot.min.css';
import { ActionIcon, Tooltip, useComputedColorScheme } from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { chart as words } from '../strings/chart.ts';
import { resolveColor } from '../theme/status.ts';
import classes from './Chart.module.css';
import { ChartTable } from './ChartTable.tsx';
import { timeLabel, timeLabels } from './chart-times.ts';

export interface ChartSeries {
  label: string;
  values: (number | null)[];
  /** A colour or `var(--name)`, resolved for the canvas when the colour scheme changes. */
  color: string;
  dash?: number[];
}

export interface ChartProps {
  /** What the chart says, for those who can't see it. */
  label: string;
  /** Seconds since 1970, rising. */
  times: number[];
  series: ChartSeries[];
  kind?: 'line' | 'bars';
  /** Areas on top of each other, first series at the bottom. */
  stacked?: boolean;
  height?: number;
  /** Days rather than instants along the axis, each drawn at midnight of UTC. */
  days?: boolean;
  /** Whose days they are. */
  daysOf?: string;
}

/** The drawing itself; it follows the colour scheme and the width it is given. */
function Plot({
  label,
  times,
  series,
  kind = 'line',
  stacked = false,
  height = 180,
  days = false,
  daysOf = 'UTC',
}: ChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const colorScheme = useComputedColorScheme('light');

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colour scheme decides what the CSS colours resolve to
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const ink = resolveColor('var(--mantine-color-dimmed)', element);
    const line = resolveColor('var(--line)', element);
    const totals = stacked ? stack(series.map((one) => one.values)) : series.map((one) => one.values);
    const axis = {
      stroke: ink,
      grid: { stroke: line, width: 1 },
      ticks: { stroke: line, width: 1 },
      font: '11px "Inter Variable", system-ui',
    };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        ...(days ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), 'UTC') } : {}),
        hooks: { ready: [(ready) => ready.setLegend({ idx: times.length - 1 })] },
        cursor: { y: false, points: { size: 6 } },
        legend: { show: true, live: true },
        scales: {
          // Half a day at both ends, or the first and last bars would be cut in two.
          ...(kind === 'bars' ? { x: { range: (_, min, max) => [min - HALF_DAY, max + HALF_DAY] } } : {}),
          y: { range: (_, __, max) => [0, Math.max(1, max * 1.05)] },
        },
        axes: [
          { ...axis, space: 60, values: (_, splits) => timeLabels(splits, days) },
          {
            ...axis,
            size: 44,
            values: (_, splits) => splits.map((value) => (Number.isInteger(value) ? compact.format(value) : '')),
          },
        ],
        series: [
          { label: days ? words.dayOf(daysOf) : words.time, value: (_, at) => timeLabel(at, days) },
          ...series.map((one, index): uPlot.Series => {
            const color = resolveColor(one.color, element);
            return {
              label: one.label,
              stroke: color,
              width: 1.5,
              ...(one.dash ? { dash: one.dash } : {}),
              ...(kind === 'bars' ? { fill: color, paths: uPlot.paths.bars!({ size: [0.7, 40] }) } : {}),
              ...(stacked && kind === 'line' ? { fill: `${color}cc` } : {}),
              points: { show: false },
              // The legend shows the series' own value, not the height that it is drawn at.
              value: (_, __, ___, at) =>
                at === null ? '–' : full.format(one.values[at] ?? series[index]?.values[at] ?? 0),
            };
          }),
        ],
        ...(stacked
          ? { bands: series.slice(1).map((_, index) => ({ series: [index + 2, index + 1] as [number, number] })) }
          : {}),
      },
      [times, ...totals] as uPlot.AlignedData,
      element,
    );
    // While nothing is pointed at, the legend tells the latest figures.
    const rest = () => plot.setLegend({ idx: times.length - 1 });
    plot.over.addEventListener('mouseleave', rest);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [times, series, kind, stacked, height, days, daysOf, colorScheme]);

  return <div ref={holder} className={classes.plot} role="img" aria-label={label} />;
}

/** A chart, and the same figures as a table for whoever would rather read than look. */
export function Chart(props: ChartProps) {
  const [asTable, setAsTable] = useState(false);
  const Icon = asTable ? IconChartBar : IconTable;
  const name = asTable ? words.showChart : words.showTable;
  return (
    <div className={classes.chart}>
      <Tooltip label={name}>
        <ActionIcon
          size="sm"
          className={classes.toggle ?? ''}
          aria-label={`${name}: ${props.label}`}
          onClick={() => setAsTable(!asTable)}
        >
          <Icon size={15} aria-hidden />
        </ActionIcon>
      </Tooltip>
      {asTable ? <ChartTable {...props} /> : <Plot {...props} />}
    </div>
  );
}

const HALF_DAY = 43_200;
const full = new Intl.NumberFormat();
const compact = new Intl.NumberFormat(undefined, { notation: 'compact' });

/** Running sums, so that each series is drawn on top of those before it. */
function stack(values: (number | null)[][]): number[][] {
  let below: number[] = [];
  return values.map((own) => {
    below = own.map((value, index) => (value ?? 0) + (below[index] ?? 0));
    return below;
  });
}
