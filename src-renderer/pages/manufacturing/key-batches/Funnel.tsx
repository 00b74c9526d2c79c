import type { KeyBatch } from '../../../../src-shared/contract/key-batches.ts';
import { count } from '../../../strings/format.ts';
import { keyBatches } from '../../../strings/key-batches.ts';
import classes from './Funnel.module.css';

const { funnel: words } = keyBatches;
const steps = ['requested', 'generated', 'exported', 'manufactured', 'allocated'] as const;

/** From what was asked for to what lies in orders: each step as a figure and as its share of the batch. */
export function Funnel({ counts }: { counts: KeyBatch['counts'] }) {
  return (
    <ol className={classes.funnel} aria-label={words.label}>
      {steps.map((step) => {
        const share = counts.requested === 0 ? 0 : counts[step] / counts.requested;
        return (
          <li key={step} className={classes.step}>
            <div className={classes.name}>{words[step]}</div>
            <div className={classes.figure}>{count(counts[step])}</div>
            <div className={classes.bar} aria-hidden>
              <div style={{ width: `${100 * share}%` }} />
            </div>
            <div className={classes.hint}>
              {words.hints[step]}
              {step !== 'requested' && ` · ${words.share(Math.floor(100 * share))}`}
            </div>
          </li>
        );
      })}
      {/* What is still at the factory is no trouble before its day; what nobody ordered is. */}
      {(['missing', 'extra'] as const).map((step) => (
        <li
          key={step}
          className={classes.step}
          data-attention={counts[step === 'missing' ? 'overdue' : step] > 0 || undefined}
        >
          <div className={classes.name}>{words[step]}</div>
          <div className={classes.figure}>{count(counts[step])}</div>
          <div className={classes.bar} aria-hidden>
            <div
              style={{ width: `${counts.requested ? Math.min(100, (100 * counts[step]) / counts.requested) : 0}%` }}
            />
          </div>
          <div className={classes.hint}>
            {step === 'missing' && counts.overdue > 0 ? words.overdue(counts.overdue) : words.hints[step]}
          </div>
        </li>
      ))}
    </ol>
  );
}
