import { Center } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { leftOnPurpose, useSessionQuery } from '../api/session.ts';
import { useOperation } from '../api/use-operation.ts';
import { ErrorState } from '../components/ErrorState.tsx';
import { layout } from '../strings/layout.ts';
import { Starting } from './Starting.tsx';

const NewPasswordPage = lazy(() =>
  import('../pages/access/login/NewPasswordPage.tsx').then((module) => ({ default: module.NewPasswordPage })),
);

/**
 * Lets somebody through who is logged in, once their password is their own; sends everybody else to the login page, which leads back to the address they
 * wanted, or to the first-run set-up when there is no administrator yet.
 */
export function RequireSession() {
  const session = useSessionQuery();
  const setup = useOperation('getSetup', {}, { enabled: session.data === null, staleTime: 0 });
  const { pathname, search, hash } = useLocation();

  if (session.data?.mustChangePassword)
    return (
      <Suspense fallback={<Starting />}>
        <NewPasswordPage />
      </Suspense>
    );
  if (session.data) return <Outlet />;
  if (session.isError)
    return (
      <Center h="100%" p="xl">
        <ErrorState error={session.error} title={layout.startFailed} onRetry={() => void session.refetch()} />
      </Center>
    );
  if (session.isPending || setup.isLoading) return <Starting />;
  if (setup.data?.required) return <Navigate to="/setup" replace />;
  const wanted = pathname + search + hash;
  return (
    <Navigate to={wanted === '/' || leftOnPurpose() ? '/login' : `/login?to=${encodeURIComponent(wanted)}`} replace />
  );
}
