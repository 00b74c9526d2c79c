import type { ReactNode } from 'react';
import type { Look } from './outcome-looks.ts';
import classes from './Station.module.css';

interface Props {
  look: Look;
  /** Another one shows the answer anew, so that two equal answers in a row are seen as two. */
  of: string;
  /** Beside the title. */
  mark?: ReactNode;
  /** What was scanned. */
  code: ReactNode;
  /** What can be done about it. */
  children?: ReactNode;
}

/** The answer to a scan in colour, icon and words, large enough to be seen without looking for it. */
export function AnswerPanel({ look: { tone, icon: Icon, title, sentence }, of, mark, code, children }: Props) {
  return (
    <section
      key={of}
      className={classes.panel}
      data-tone={tone}
      data-testid="outcome"
      role="status"
      aria-live="assertive"
    >
      <Icon className={classes.icon ?? ''} stroke={2.2} aria-hidden />
      <div className={classes.answer}>
        <div className={classes.title}>
          {title}
          {mark}
        </div>
        <div className={classes.sentence}>{sentence}</div>
        {code && <code className={classes.code}>{code}</code>}
        {children}
      </div>
    </section>
  );
}
