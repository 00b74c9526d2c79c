import { Button, CloseButton, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { Link, useLocation } from 'react-router';
import { useOperation } from '../../../api/use-operation.ts';
import { useWhoseDays } from '../../../dates/whose-days.tsx';
import { useFollowedSteps } from '../../../stores/followed-steps.ts';
import { overview as strings } from '../../../strings/overview.ts';
import classes from './FirstStepsBar.module.css';
import { useFirstSteps } from './use-first-steps.ts';

const words = strings.firstSteps;
/** Somebody waits for it, and only few ever do. */
const REFRESH_MS = 5_000;

/** On the screens that the first steps lead to: which one is next, and the way there. */
export default function FirstStepsBar() {
  const { timeZone } = useWhoseDays();
  const overview = useOperation('getOverview', { query: { timeZone } }, { refetchInterval: REFRESH_MS });
  const follow = useFollowedSteps((state) => state.follow);
  const { pathname } = useLocation();
  const steps = useFirstSteps(overview.data);
  if (!steps) return null;
  const [next] = steps.left;
  const isHere = next !== undefined && new URL(next.to, 'http://here').pathname === pathname;
  return (
    <section className={classes.bar} aria-label={words.title}>
      <Text size="xs" c="dimmed" className={classes.progress}>
        {words.title}: {words.progress(steps.done, steps.total)}
      </Text>
      <div className={classes.words} role="status">
        {next ? (
          <>
            <Text size="sm" fw={600} component="span">
              {words.steps[next.id].title}
            </Text>
            <Text size="sm" c="dimmed" component="span" className={classes.hint}>
              {words.steps[next.id].hint}
            </Text>
          </>
        ) : (
          <Text size="sm" fw={600} component="span">
            {words.allDone}
          </Text>
        )}
      </div>
      {!isHere && (
        <Button
          component={Link}
          to={next?.to ?? '/map'}
          size="compact-sm"
          rightSection={<IconArrowRight size={15} aria-hidden />}
          {...(next ? {} : { onClick: () => follow(false) })}
        >
          {next ? words.next : words.toMap}
        </Button>
      )}
      <CloseButton size="sm" aria-label={words.hideBar} onClick={() => follow(false)} />
    </section>
  );
}
