import { useEffect } from 'react';
import { useCan } from '../../../../api/session.ts';
import { NotAllowed } from '../../../../layout/NotAllowed.tsx';
import { useLiveUpdates } from '../../../../layout/use-live-updates.ts';
import { common } from '../../../../strings/common.ts';
import { returns as words } from '../../../../strings/returns.ts';
import { ReturnsStation } from './ReturnsStation.tsx';

/** Where devices that came back are scanned; at home beside the scan station. */
export default function ReturnsPage() {
  const allowed = useCan('returnScanned');
  useLiveUpdates(false);
  useEffect(() => {
    document.title = `${words.title} · ${common.product}`;
  }, []);
  return allowed ? <ReturnsStation /> : <NotAllowed />;
}
