import { Button, Progress, Text } from '@mantine/core';
import { IconArrowRight, IconChevronRight } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Overview } from '../../../../src-shared/contract/overview.ts';
import { useCan } from '../../../api/session.ts';
import { Panel } from '../../../components/Panel.tsx';
import { useFollowedSteps } from '../../../stores/followed-steps.ts';
import { usePreferences } from '../../../stores/preferences.ts';
import { overview as strings } from '../../../strings/overview.ts';
import classes from './Overview.module.css';
import { useFirstSteps } from './use-first-steps.ts';

const words = strings.firstSteps;

/** What a new company still has to do, told by what exists. Gone when all is done, or when the person says so. */
export function FirstStepsPanel({ overview }: { overview: Overview }) {
  const hidden = usePreferences((preferences) => preferences.hidesFirstSteps);
  const mayBegin = useCan('createKeyBatch');
  return hidden || !mayBegin ? null : <Steps overview={overview} />;
}

function Steps({ overview }: { overview: Overview }) {
  const set = usePreferences((preferences) => preferences.set);
  const follow = useFollowedSteps((state) => state.follow);
  const steps = useFirstSteps(overview);
  if (!steps || steps.left.length === 0) return null;
  return (
    <Panel
      title={words.title}
      flush
      className={classes.firstSteps}
      actions={
        <Button size="compact-sm" variant="subtle" onClick={() => set({ hidesFirstSteps: true })}>
          {words.hide}
        </Button>
      }
    >
      <div className={classes.progress}>
        <Text size="sm" c="dimmed">
          {words.progress(steps.done, steps.total)}
        </Text>
        <Progress value={(steps.done / steps.total) * 100} aria-label={words.progress(steps.done, steps.total)} />
      </div>
      <ol className={`${classes.items} ${classes.steps}`}>
        {steps.left.map(({ id, to }, at) => (
          <li key={id}>
            <Link to={to} className={classes.item ?? ''} onClick={() => follow(true)}>
              <span className={classes.words}>
                <Text size="sm" fw={600} component="span" display="block">
                  {words.steps[id].title}
                </Text>
                <Text size="xs" c="dimmed" component="span" display="block">
                  {words.steps[id].hint}
                </Text>
              </span>
              {at === 0 ? (
                <span className={classes.next}>
                  {words.next} <IconArrowRight size={15} aria-hidden />
                </span>
              ) : (
                <IconChevronRight size={16} aria-hidden />
              )}
            </Link>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
