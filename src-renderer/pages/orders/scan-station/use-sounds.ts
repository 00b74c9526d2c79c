import { useLocalStorage } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import type { Sound } from './SoundSettings.tsx';
import { createSounds } from './sounds.ts';

const LOUD = 70;

/** The station's voice at this workstation: how loud, and silent while muted. */
export function useSounds(): Sound {
  const [muted, setMuted] = useLocalStorage({
    key: 'console.scan-muted',
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  const [volume, setVolume] = useLocalStorage({
    key: 'console.scan-volume',
    defaultValue: LOUD,
    getInitialValueInEffect: false,
  });
  const sounds = useRef<ReturnType<typeof createSounds> | null>(null);
  useEffect(() => {
    const created = createSounds();
    sounds.current = created;
    return () => created.close();
  }, []);
  const level = Math.min(100, Math.max(0, volume)) / 100;
  return {
    muted,
    volume,
    setMuted,
    setVolume,
    play: (cue) => {
      if (!muted) sounds.current?.play(cue, level);
    },
    try: (cue) => sounds.current?.play(cue, level),
  };
}
