import { create } from 'zustand';

export type ConnectionState = 'connecting' | 'online' | 'offline';

/** Whether the live stream of this console stands. */
export const useConnection = create<{
  state: ConnectionState;
  since: number;
  set: (state: ConnectionState) => void;
}>((set, get) => ({
  state: 'connecting',
  since: Date.now(),
  set: (state) => {
    if (get().state !== state) set({ state, since: Date.now() });
  },
}));
