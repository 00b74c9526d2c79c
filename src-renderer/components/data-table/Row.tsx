import { Checkbox } from '@mantine/core';
import type { MouseEvent, Ref } from 'react';
import { common } from '../../strings/common.ts';
import { type Column, pinnedOf } from './columns.ts';
import classes from './DataTable.module.css';

interface Props<T> {
  row: T;
  id: string;
  index: number;
  columns: Column<T>[];
  isCard: boolean;
  /** Measures a card, whose text may wrap. */
  measure: Ref<HTMLTableRowElement>;
  isChosen: boolean;
  /** Undefined where rows can't be selected. */
  isSelected: boolean | undefined;
  isTabStop: boolean;
  onFocus: (index: number) => void;
  onToggle: () => void;
  onOpen: ((row: T) => void) | undefined;
}

const CONTROLS = 'a, button, input, label, select, textarea, summary, [role=button], [data-select]';

/** A click on the row itself: not on a control in it or on what a control opened elsewhere, nor the end of marking text. */
function isOnRow({ currentTarget, target }: MouseEvent<HTMLElement>): boolean {
  const hit = target as Element;
  return currentTarget.contains(hit) && !hit.closest(CONTROLS) && (getSelection()?.isCollapsed ?? true);
}

/** Nothing beside the name of a fact would look as if it were still to come. */
function cardValue<T>(column: Column<T>, row: T, at: number) {
  const value = (at === 0 && column.title ? column.title : column.cell)(row);
  const isBlank = value === null || value === undefined || value === '' || value === false;
  return isBlank && column.header !== '' ? common.nothing : value;
}

/** A row of the table, or a card on a phone. A click opens it. */
export function Row<T>({ row, id, index, columns, isCard, isSelected, onOpen, ...props }: Props<T>) {
  const cell = isCard ? 'cell' : undefined;
  return (
    <tr
      ref={props.measure}
      role={isCard ? 'row' : undefined}
      data-index={index}
      data-opens={onOpen ? true : undefined}
      data-chosen={props.isChosen || undefined}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={props.isTabStop ? 0 : -1}
      onFocus={() => props.onFocus(index)}
      onClick={(event) => onOpen && isOnRow(event) && onOpen(row)}
    >
      {isSelected !== undefined && (
        <td data-pinned="select" data-select role={cell}>
          <Checkbox
            size="xs"
            tabIndex={-1}
            aria-label={`${common.selectRow} ${id}`}
            checked={isSelected}
            onChange={props.onToggle}
          />
        </td>
      )}
      {columns.map((column, at) => (
        <td
          key={column.id}
          role={cell}
          data-column={column.id}
          data-header={column.header}
          data-align={column.align}
          data-pinned={isCard ? undefined : pinnedOf(column, columns)}
          data-part={!isCard ? undefined : at === 0 ? 'title' : column.header === '' ? 'acts' : 'fact'}
        >
          {isCard ? (
            <>
              {at > 0 && column.header !== '' && <span className={classes.fact}>{column.header}</span>}
              <div className={classes.value}>{cardValue(column, row, at)}</div>
            </>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}
