import { create } from 'zustand';

/** How old what is on screen is, where it comes from this workstation's copy; null while everything is live. */
export const useDataAge = create<{
  asOf: string | null;
  /** How many of how many trackers are kept, where a pinned review was not read to its end. */
  part: { kept: number; whole: number } | null;
  saw: (asOf: string | null) => void;
  sawPart: (part: { kept: number; whole: number } | null) => void;
}>((set, get) => ({
  asOf: null,
  part: null,
  sawPart: (part) => {
    const { part: known } = get();
    if (part?.kept !== known?.kept || part?.whole !== known?.whole) set({ part });
  },
  saw: (asOf) => {
    // The oldest of what is shown together is what counts.
    const { asOf: known } = get();
    if (asOf === null ? known !== null : known === null || asOf < known) set({ asOf });
  },
}));
