import { Center, Loader } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { normaliseMac } from '../../../../src-shared/domain/mac-address.ts';
import { useSession } from '../../../api/session.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { useWorkstation } from '../../../api/workstation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { useConnection } from '../../../stores/connection.ts';
import { common } from '../../../strings/common.ts';
import { scanStation as words } from '../../../strings/scan-station.ts';
import { CameraScanner } from './CameraScanner.tsx';
import { Counter } from './Counter.tsx';
import { readCodeFile } from './code-file.ts';
import { MAX_LISTED } from './code-list.ts';
import { DonePanel } from './DonePanel.tsx';
import { isEarlierUndoable, useEarlierScans } from './earlier-scans.ts';
import { GoodsBar } from './GoodsBar.tsx';
import { LastScans } from './LastScans.tsx';
import { ManualEntry } from './ManualEntry.tsx';
import { NotListening } from './NotListening.tsx';
import { OutcomePanel } from './OutcomePanel.tsx';
import { PickList } from './PickList.tsx';
import { noteOrder } from './recent-orders.ts';
import classes from './Station.module.css';
import { StationAlerts } from './StationAlerts.tsx';
import { StationHeader } from './StationHeader.tsx';
import { isUnanswered } from './scan-queue.ts';
import { TouchBar } from './TouchBar.tsx';
import { useDifferences } from './use-differences.ts';
import { useFileDrop } from './use-file-drop.ts';
import { useStationKeyboard } from './use-keyboard.ts';
import { useListening } from './use-listening.ts';
import { useSounds } from './use-sounds.ts';
import { useStation } from './use-station.ts';

/** One order being filled: counter, answer to the last scan, last scans, keys. */
export function Station({ orderId }: { orderId: number }) {
  const navigate = useNavigate();
  const order = useOperation('getCustomerOrder', { params: { customerOrderId: orderId } });
  const offline = useConnection((connection) => connection.state === 'offline');
  const asked = useWorkstation();
  const workstation = asked.data ?? null;
  const unsent = workstation?.outbox.waiting ?? 0;
  const sentAt = unsent === 0 ? asked.dataUpdatedAt : null;
  const sound = useSounds();
  const listening = useListening(() => sound.play('not-listening'));
  const station = useStation(orderId, sound.play, workstation?.scanner);
  const [camera, setCamera] = useState(false);
  const earlier = useEarlierScans(orderId);
  const { here, others } = useDifferences(orderId);
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');

  const fileButton = useRef<HTMLButtonElement>(null);
  const scanAll = (codes: string[]) => {
    if (codes.length > MAX_LISTED) {
      notifications.show({ color: 'red', message: words.pastedTooMany(codes.length, MAX_LISTED) });
      return;
    }
    for (const code of codes) station.scan(code, codes.length > 1);
    if (codes.length > 1) notifications.show({ message: words.pasted(codes.length) });
  };
  const scanFile = async (file: File) => {
    const read = await readCodeFile(file, normaliseMac);
    if ('problem' in read) {
      const message = words.fileProblems[read.problem](file.name, read.found, MAX_LISTED);
      notifications.show({ color: 'red', title: words.fileNotTaken, message, autoClose: 15_000 });
      return;
    }
    for (const code of read.codes) station.scan(code, true);
    notifications.show({ message: words.fileTaken(read.codes.length, file.name) });
  };
  const fileOver = useFileDrop((file) => void scanFile(file));
  const undoLast = () => {
    if (station.undoLast()) return;
    const last = earlier.find((scan) => isEarlierUndoable(scan, earlier, station.entries));
    if (last)
      station.undo({ mutationId: null, text: last.macAddress ?? last.scanned, allocationId: last.allocationId });
    else notifications.show({ message: words.nothingToUndo });
  };
  const otherOrder = () => void navigate('/scan');
  const toggleMute = () => sound.setMuted(!sound.muted);
  useHeldScans(orderId, station.scan);

  useStationKeyboard(field, {
    anyLength: order.data?.pairsGoods ?? false,
    onScan: station.scan,
    onPaste: scanAll,
    onUndo: undoLast,
    onTypedInto: (text) => setTyped((value) => (value.endsWith(text) ? value.slice(0, -text.length) : value)),
    onShortcut: (key) => {
      if (key === 'F2') field.current?.focus();
      else if (key === 'F6') fileButton.current?.click();
      else if (key === 'F4') toggleMute();
      else if (key === 'F7' && station.goods.waiting) station.goods.skip();
      else if (key === 'F9' && station.goods.waiting?.twice) station.goods.keepBoth();
      else if (key === 'F8') otherOrder();
      else if (key === 'Escape') field.current?.blur();
      else return false;
      return true;
    },
  });

  if (!order.data)
    return (
      <Center h="100%" p="xl">
        {order.isError ? (
          <ErrorState error={order.error} onRetry={() => void order.refetch()} />
        ) : (
          <Loader role="status" aria-label={common.loading} />
        )}
      </Center>
    );
  const waiting = station.entries.filter(isUnanswered).length;
  return (
    <div className={classes.root} data-scan-station data-file-over={fileOver || undefined}>
      <StationHeader order={order.data} sound={sound} onToggleMute={toggleMute} onOtherOrder={otherOrder} />
      <main className={classes.main} data-picking={here.length > 0 || undefined}>
        <StationAlerts
          stuck={offline || station.stuck}
          workstation={workstation}
          jammed={station.jammed}
          others={others}
        />
        <Counter order={order.data} waiting={(station.stuck ? waiting : 0) + unsent} />
        <OutcomePanel
          order={order.data}
          entries={station.entries}
          stuck={station.stuck}
          pending={sentAt}
          differences={here}
          onReturned={station.scanReturned}
        />
        <PickList
          orderId={orderId}
          differences={here}
          onOut={({ macAddress, scanned }) =>
            station.undo({ mutationId: null, text: macAddress ?? scanned, allocationId: null })
          }
          onBack={({ macAddress, scanned }) => station.scan(macAddress ?? scanned, true)}
        />
        {order.data.state === 'filled' && here.length === 0 && !station.goods.waiting && (
          <DonePanel order={order.data} onNext={otherOrder} />
        )}
        {order.data.pairsGoods && <GoodsBar order={order.data} goods={station.goods} />}
        {camera && <CameraScanner onScan={station.scan} />}
        <TouchBar onUndo={undoLast} camera={camera} onCamera={() => setCamera(!camera)} />
        <ManualEntry
          field={field}
          value={typed}
          onChange={setTyped}
          onEnter={() => {
            station.scan(typed);
            setTyped('');
          }}
          fileButton={fileButton}
          onFile={(file) => void scanFile(file)}
        />
      </main>
      <LastScans
        entries={station.entries}
        earlier={earlier}
        onUndo={station.undo}
        pending={sentAt}
        differences={here}
      />
      {!listening && <NotListening />}
    </div>
  );
}

/** Scans that were made before their order was open, and a note of whose order this is. */
function useHeldScans(orderId: number, scan: (code: string, list?: boolean) => void): void {
  const { state } = useLocation();
  const navigate = useNavigate();
  const { user } = useSession();
  const userId = user.id;
  const held = (state as { held?: string[] } | null)?.held;
  const take = useRef(scan);
  take.current = scan;
  useEffect(() => {
    noteOrder(localStorage, orderId, userId, Date.now());
  }, [orderId, userId]);
  useEffect(() => {
    if (!held?.length) return;
    // Forgotten first: a reload must not scan them again.
    void navigate('.', { replace: true, state: null });
    for (const code of held) take.current(code);
  }, [held, navigate]);
}
