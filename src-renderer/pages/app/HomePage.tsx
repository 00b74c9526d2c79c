import { lazy, Suspense } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { useRole } from '../../api/session.ts';

const ClientHomePage = lazy(() => import('../analytics/client-home/ClientHomePage.tsx'));
const OverviewPage = lazy(() => import('../analytics/overview/OverviewPage.tsx'));

/** Where a console begins: at the station for who fills orders, with their goods for a client's user, else with how things stand. */
export default function HomePage() {
  const role = useRole();
  const [search] = useSearchParams();
  if (role === 'warehouse') return <Navigate to="/scan" replace />;
  return (
    <Suspense>{role === 'client-viewer' && !search.has('figures') ? <ClientHomePage /> : <OverviewPage />}</Suspense>
  );
}
