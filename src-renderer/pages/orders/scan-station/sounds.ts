import type { ScanOutcome } from '../../../../src-shared/contract/customer-orders.ts';

/** What the station can say by sound. `filled` follows the scan that fills the order. */
export type Cue = ScanOutcome | 'filled' | 'kept' | 'refused' | 'not-listening';

interface Tone {
  hertz: number;
  /** Seconds after the cue begins. */
  at: number;
  seconds: number;
  wave: OscillatorType;
}

const tone = (hertz: number, at: number, seconds: number, wave: OscillatorType = 'sine'): Tone => ({
  hertz,
  at,
  seconds,
  wave,
});

/**
 * Good is one short high tone; "set it aside" is low and rough; what changed nothing lies between. Number and rhythm
 * differ besides pitch, so that they are told apart in a loud hall and by people who hear high tones badly.
 */
export const cues: Record<Cue, readonly Tone[]> = {
  allocated: [tone(1320, 0, 0.09)],
  filled: [tone(880, 0, 0.11), tone(1109, 0.12, 0.11), tone(1320, 0.24, 0.11), tone(1760, 0.36, 0.3)],
  'already-in-this-order': [tone(700, 0, 0.08), tone(700, 0.14, 0.08)],
  'in-another-order': [tone(330, 0, 0.16, 'square'), tone(247, 0.2, 0.16, 'square'), tone(330, 0.4, 0.16, 'square')],
  'unknown-mac': [tone(165, 0, 0.5, 'sawtooth')],
  'not-manufactured': [tone(165, 0, 0.2, 'sawtooth'), tone(220, 0.26, 0.25, 'sawtooth')],
  retired: [tone(165, 0, 0.2, 'sawtooth'), tone(147, 0.26, 0.35, 'sawtooth')],
  'order-full': [tone(660, 0, 0.14, 'square'), tone(494, 0.17, 0.14, 'square'), tone(330, 0.34, 0.25, 'square')],
  'order-closed': [tone(220, 0, 0.22, 'square'), tone(165, 0.28, 0.35, 'square')],
  malformed: [0, 0.09, 0.18, 0.27].map((at) => tone(196, at, 0.05, 'sawtooth')),
  returned: [tone(988, 0, 0.08), tone(784, 0.1, 0.12)],
  'return-undone': [tone(784, 0, 0.08), tone(988, 0.1, 0.12)],
  paired: [tone(1320, 0, 0.07), tone(1760, 0.08, 0.1)],
  unpaired: [tone(1760, 0, 0.07), tone(988, 0.08, 0.12)],
  'goods-twice': [tone(590, 0, 0.12, 'square'), tone(590, 0.2, 0.12, 'square'), tone(740, 0.4, 0.2, 'square')],
  'goods-unusable': [0, 0.12, 0.24].map((at) => tone(147, at, 0.07, 'sawtooth')),
  'goods-without-tracker': [tone(262, 0, 0.12, 'sawtooth'), tone(196, 0.16, 0.3, 'sawtooth')],
  undone: [tone(988, 0, 0.08), tone(659, 0.1, 0.12)],
  kept: [tone(520, 0, 0.05, 'triangle')],
  'not-listening': [0, 0.18, 0.36, 0.54, 0.72].map((at) => tone(at % 0.36 === 0 ? 932 : 622, at, 0.14, 'square')),
  refused: [tone(165, 0, 0.5, 'sawtooth'), tone(123, 0.55, 0.4, 'sawtooth')],
};

/** Loudness of each wave; a square or sawtooth of the same amplitude sounds several times louder than a sine. */
const gains: Record<string, number> = { sine: 0.35, triangle: 0.35, square: 0.12, sawtooth: 0.16 };
const RAMP_SECONDS = 0.008;

/** Plays cues by oscillators, so that no file has to load. A new cue cuts the one before, as scans outrun sounds. */
export function createSounds(): { play(cue: Cue, level?: number): void; close(): void } {
  let context: AudioContext | null = null;
  let playing: OscillatorNode[] = [];
  return {
    play(cue, level = 1) {
      // Before the first key or click the browser would only complain.
      if (!navigator.userActivation.hasBeenActive) return;
      try {
        context ??= new AudioContext();
        void context.resume();
        for (const oscillator of playing) oscillator.stop();
        playing = cues[cue].map((each) => sound(context!, each, level));
      } catch {
        // No sound device: colour and text say the same.
      }
    },
    close() {
      void context?.close();
      context = null;
    },
  };
}

/** `level`: 0 to 1, of what a loud hall needs. */
function sound(context: AudioContext, { hertz, at, seconds, wave }: Tone, level: number): OscillatorNode {
  const start = context.currentTime + at;
  const end = start + seconds;
  const loud = (gains[wave] ?? 0.3) * level;
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.type = wave;
  oscillator.frequency.value = hertz;
  // Ramps instead of steps, which would click.
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(loud, start + RAMP_SECONDS);
  gain.gain.setValueAtTime(loud, end - RAMP_SECONDS);
  gain.gain.linearRampToValueAtTime(0, end);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(end);
  return oscillator;
}
