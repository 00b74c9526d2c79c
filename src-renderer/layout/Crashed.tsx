import { Button, Code } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useRouteError } from 'react-router';
import { EmptyState } from '../components/EmptyState.tsx';
import { layout } from '../strings/layout.ts';

/** Stands in for a page whose code threw, so that the rest of the console stays usable. */
export function Crashed() {
  const error = useRouteError();
  return (
    <EmptyState icon={IconAlertTriangle} title={layout.crashed.title} description={layout.crashed.body}>
      <Code>{error instanceof Error ? error.message : String(error)}</Code>
      <Button variant="default" onClick={() => window.location.reload()}>
        {layout.crashed.reload}
      </Button>
    </EmptyState>
  );
}
