import { useEffect } from 'react';
import { useParams } from 'react-router';
import { useCan } from '../../../api/session.ts';
import { NotAllowed } from '../../../layout/NotAllowed.tsx';
import { useLiveUpdates } from '../../../layout/use-live-updates.ts';
import { common } from '../../../strings/common.ts';
import { scanStation as words } from '../../../strings/scan-station.ts';
import { OrderPicker } from './OrderPicker.tsx';
import { Station } from './Station.tsx';

/** The scan station: choose an order by keyboard, then fill it hands on the scanner. */
export default function ScanStationPage() {
  const { orderId } = useParams();
  const allowed = useCan('allocate');
  useLiveUpdates(false);
  useEffect(() => {
    document.title = `${words.title} · ${common.product}`;
  }, []);
  if (!allowed) return <NotAllowed />;
  const id = Number(orderId);
  return Number.isSafeInteger(id) && id > 0 ? <Station key={id} orderId={id} /> : <OrderPicker />;
}
