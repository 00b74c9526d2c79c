import { count } from '../strings/format.ts';
import classes from './Distribution.module.css';

interface Props {
  label: string;
  /** In the order to be shown. */
  classesOf: { id: string; name: string; value: number }[];
  color: string;
}

/** How many fall into each class: bars with their figures in words, so that it reads as a list as well. */
export function Distribution({ label, classesOf, color }: Props) {
  const most = Math.max(1, ...classesOf.map(({ value }) => value));
  return (
    <ul className={classes.list} aria-label={label}>
      {classesOf.map(({ id, name, value }) => (
        <li key={id} className={classes.row}>
          <span className={classes.name}>{name}</span>
          <span className={classes.track} aria-hidden>
            <span className={classes.bar} style={{ width: `${(100 * value) / most}%`, background: color }} />
          </span>
          <span className={classes.value}>{count(value)}</span>
        </li>
      ))}
    </ul>
  );
}
