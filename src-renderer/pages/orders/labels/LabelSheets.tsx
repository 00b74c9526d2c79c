import type { Mark } from '../../../../src-shared/domain/labels/layout.ts';
import { type LabelSize, pageSizeOf, placeOf } from '../../../../src-shared/domain/labels/sizes.ts';
import { orderPapers as words } from '../../../strings/order-papers.ts';
import { LabelDrawing } from './LabelDrawing.tsx';
import classes from './OrderLabels.module.css';

/** The pages as they come out of the printer. */
export function LabelSheets({ size, labels, from }: { size: LabelSize; labels: readonly Mark[][]; from: number }) {
  const paper = pageSizeOf(size);
  const placed = labels.map((marks, i) => ({ marks, number: from + i, ...placeOf(size, i) }));
  const pages = Map.groupBy(placed, ({ page }) => page);
  return (
    <div className={classes.sheets}>
      {[...pages].map(([page, onIt]) => (
        <div
          key={page}
          className={classes.sheet}
          style={{ width: `${paper.widthMm}mm`, height: `${paper.heightMm}mm` }}
        >
          {onIt.map(({ marks, number, x, y }) => (
            <div key={number} className={classes.label} style={{ left: `${x}mm`, top: `${y}mm` }}>
              <LabelDrawing size={size} marks={marks} label={words.label(number)} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
