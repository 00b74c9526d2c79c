import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Link } from 'react-router';
import { EmptyState } from '../components/EmptyState.tsx';
import { layout } from '../strings/layout.ts';

export function NotFound() {
  return (
    <EmptyState icon={IconMapOff} title={layout.notFound.title} description={layout.notFound.body}>
      <Button component={Link} to="/" variant="default">
        {layout.notFound.home}
      </Button>
    </EmptyState>
  );
}
