import { create } from 'zustand';

interface FollowedSteps {
  /** This person came to a screen by the first steps on the overview, and is told on it which is next. */
  following: boolean;
  follow: (following: boolean) => void;
}

export const useFollowedSteps = create<FollowedSteps>()((set) => ({
  following: false,
  follow: (following) => set({ following }),
}));
