/** Words of native notifications. */
export const desktop = {
  jobDone: (label: string) => `${label}: done`,
  jobFailed: (label: string) => `${label}: failed`,
  jobDoneHint: 'Open the console to see the result.',
} as const;
