import { IconLock } from '@tabler/icons-react';
import { EmptyState } from '../components/EmptyState.tsx';
import { layout } from '../strings/layout.ts';

export function NotAllowed() {
  return <EmptyState icon={IconLock} title={layout.notAllowed.title} description={layout.notAllowed.body} />;
}
