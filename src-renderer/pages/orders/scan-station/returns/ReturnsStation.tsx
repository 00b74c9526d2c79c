import { ActionIcon, Alert, Button, Group, SegmentedControl, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconPackageImport } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { type ReturnReason, returnReasons } from '../../../../../src-shared/contract/trackers.ts';
import { normaliseMac } from '../../../../../src-shared/domain/mac-address.ts';
import { useSession } from '../../../../api/session.ts';
import { useWorkstation } from '../../../../api/workstation.ts';
import { ConnectionIndicator } from '../../../../layout/ConnectionIndicator.tsx';
import { useConnection } from '../../../../stores/connection.ts';
import { orders } from '../../../../strings/orders.ts';
import { returns as words } from '../../../../strings/returns.ts';
import { AnswerPanel } from '../AnswerPanel.tsx';
import { CameraScanner } from '../CameraScanner.tsx';
import { CodeForm } from '../CodeForm.tsx';
import { createDoubleReadFilter } from '../double-read.ts';
import { MuteButton } from '../MuteButton.tsx';
import { NotListening } from '../NotListening.tsx';
import { SoundSettings } from '../SoundSettings.tsx';
import classes from '../Station.module.css';
import { bareCode } from '../scanner-text.ts';
import { TouchBar } from '../TouchBar.tsx';
import { useStationKeyboard } from '../use-keyboard.ts';
import { useListening } from '../use-listening.ts';
import { useSounds } from '../use-sounds.ts';
import own from './Returns.module.css';
import { ReturnsList } from './ReturnsList.tsx';
import { lookOfReturn } from './return-looks.ts';
import { useReturns } from './use-returns.ts';

/** Devices that came back, one after another: each is returned from the order that it was shipped with. */
export function ReturnsStation() {
  const navigate = useNavigate();
  const { user } = useSession();
  const workstation = useWorkstation().data ?? null;
  const unreachable = useConnection(({ state }) => state === 'offline');
  const isOffline = unreachable || (workstation !== null && workstation.link !== 'online');
  const sound = useSounds();
  const listening = useListening(() => sound.play('not-listening'));
  const returns = useReturns(user.id, sound.play);
  const [reason, setReason] = useState<ReturnReason>('returned');
  const [camera, setCamera] = useState(false);
  const [typed, setTyped] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const isDouble = useRef(createDoubleReadFilter());

  const scan = (code: string) => {
    const text = bareCode(code, workstation?.scanner);
    if (text === '' || isDouble.current(normaliseMac(text) ?? text, performance.now())) return;
    returns.add(text, reason);
  };
  const toggleMute = () => sound.setMuted(!sound.muted);
  useStationKeyboard(field, {
    anyLength: false,
    onScan: scan,
    onPaste: (codes) => codes.forEach(scan),
    onUndo: () => void returns.undoLast(),
    onTypedInto: (text) => setTyped((value) => (value.endsWith(text) ? value.slice(0, -text.length) : value)),
    onShortcut: (key) => {
      if (key === 'F2') field.current?.focus();
      else if (key === 'F4') toggleMute();
      else if (key === 'F8') void navigate('/scan');
      else return false;
      return true;
    },
  });

  const [newest] = returns.entries;
  return (
    <div className={classes.root} data-scan-station>
      <header className={classes.header}>
        <Tooltip label={words.leave}>
          <ActionIcon component={Link} to="/scan" size="lg" aria-label={words.leave}>
            <IconArrowLeft />
          </ActionIcon>
        </Tooltip>
        <h1 className={classes.order}>{words.title}</h1>
        <div className={classes.tools}>
          <ConnectionIndicator />
          <SoundSettings sound={sound} />
          <MuteButton muted={sound.muted} onToggle={toggleMute} />
        </div>
      </header>
      <main className={classes.main}>
        {isOffline && (
          <Alert py={8} radius={0} variant="filled" autoContrast role="status" color="yellow" title={words.offline}>
            {words.offlineHint}
          </Alert>
        )}
        <div className={own.reason}>
          <span id="return-reason">{words.reason}</span>
          <SegmentedControl
            aria-labelledby="return-reason"
            size="md"
            data={returnReasons.map((value) => ({ value, label: orders.reasons[value] }))}
            value={reason}
            onChange={(value) => setReason(value as ReturnReason)}
          />
        </div>
        <AnswerPanel
          look={lookOfReturn(newest, isOffline)}
          of={newest ? `${newest.mutationId}-${newest.state}` : 'idle'}
          code={newest && (newest.result?.macAddress ?? newest.text)}
        >
          {newest?.result?.outcome === 'order-in-work' && (
            <Group mt="md" gap="sm">
              <Button component={Link} to={`/scan/${newest.result.order!.id}`} variant="white">
                {words.openOrder(newest.result.order!.number)}
              </Button>
              <Button
                variant="white"
                leftSection={<IconPackageImport size={18} aria-hidden />}
                onClick={() => returns.again(newest, true)}
              >
                {words.allTheSame}
              </Button>
            </Group>
          )}
        </AnswerPanel>
        {camera && <CameraScanner onScan={scan} />}
        <TouchBar
          onUndo={() => void returns.undoLast()}
          camera={camera}
          onCamera={() => setCamera((shown) => !shown)}
        />
        <footer className={classes.entry}>
          <CodeForm
            field={field}
            label={words.manual}
            value={typed}
            onChange={setTyped}
            onEnter={() => {
              scan(typed);
              setTyped('');
            }}
          />
        </footer>
      </main>
      <ReturnsList {...returns} />
      {!listening && <NotListening />}
    </div>
  );
}
