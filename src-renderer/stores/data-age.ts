import { create } from 'zustand';

/** How old what is on screen is, where it comes from this workstation's copy; null while everything is live. */
export const useDataAge = create<{ asOf: string | null; saw: (asOf: string | null) => void }>((set, get) => ({
  asOf: null,
  saw: (asOf) => {
    // The oldest of what is shown together is what counts.
    const { asOf: known } = get();
    if (asOf === null ? known !== null : known === null || asOf < known) set({ asOf });
  },
}));
