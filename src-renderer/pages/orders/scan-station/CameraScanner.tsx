import { Button, Text } from '@mantine/core';
import { IconBulb } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { scanStation as words } from '../../../strings/scan-station.ts';
import { codeReader, createCameraFilter } from './camera-codes.ts';
import classes from './Touch.module.css';

/** Between two pictures; a hand moves no faster from label to label. Milliseconds. */
const PACE_MS = 120;
/** Not in the types of the DOM yet. */
type WithTorch = MediaTrackCapabilities & { torch?: boolean };
const torchOf = (on: boolean) => ({ advanced: [{ torch: on } as MediaTrackConstraintSet] });

/** The camera as a scanner, with its light where it has one. */
export function CameraScanner({ onScan }: { onScan: (code: string) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const track = useRef<MediaStreamTrack | null>(null);
  const latest = useRef(onScan);
  latest.current = onScan;
  const [trouble, setTrouble] = useState<string | null>(null);
  const [hasTorch, setHasTorch] = useState(false);
  const [torch, setTorch] = useState(false);

  useEffect(() => {
    let gone = false;
    let timer = 0;
    let stream: MediaStream | null = null;
    const fresh = createCameraFilter();
    const begin = async () => {
      // Browsers give a camera to pages of this computer or of https only.
      if (!navigator.mediaDevices) return setTrouble(words.camera.none);
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
      if (gone) return stop();
      const [first] = stream.getVideoTracks();
      track.current = first ?? null;
      setHasTorch(Boolean((first?.getCapabilities?.() as WithTorch | undefined)?.torch));
      const screen = video.current;
      if (!screen) return stop();
      screen.srcObject = stream;
      await screen.play();
      const read = await codeReader();
      const look = async () => {
        if (gone) return;
        const codes = await read(screen).catch(() => []);
        if (gone) return;
        for (const code of fresh(codes, performance.now())) latest.current(code);
        timer = window.setTimeout(() => void look(), PACE_MS);
      };
      await look();
    };
    const stop = () => {
      for (const one of stream?.getTracks() ?? []) one.stop();
    };
    begin().catch((error: unknown) => {
      stop();
      if (gone) return;
      const denied = error instanceof DOMException && error.name === 'NotAllowedError';
      setTrouble(denied ? words.camera.denied : words.camera.none);
    });
    return () => {
      gone = true;
      window.clearTimeout(timer);
      stop();
    };
  }, []);

  if (trouble !== null)
    return (
      <Text className={classes.trouble ?? ''} role="alert">
        {trouble}
      </Text>
    );
  return (
    <section className={classes.camera} aria-label={words.camera.label}>
      <video ref={video} playsInline muted />
      <div className={classes.aim} aria-hidden />
      {hasTorch && (
        <Button
          className={classes.torch ?? ''}
          size="md"
          variant={torch ? 'filled' : 'default'}
          aria-pressed={torch}
          leftSection={<IconBulb size={20} aria-hidden />}
          onClick={() => {
            void track.current?.applyConstraints(torchOf(!torch)).then(() => setTorch(!torch));
          }}
        >
          {words.camera.torch}
        </Button>
      )}
    </section>
  );
}
