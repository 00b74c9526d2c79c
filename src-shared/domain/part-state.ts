import type { PartState } from '../contract/part-state.ts';

export const up: PartState = { is: 'up' };

/** Whether it does no work though it should; one that waits for something outside is not down. */
export const isDown = (state: PartState): boolean => state.is === 'down' || state.is === 'stopped';

/** Whether a console whose part this is may be given work. */
export const isAble = (state: PartState): boolean => !isDown(state) && state.is !== 'starting';

/** The state in words, for logs, monitors and titles. */
export const inWords = (state: PartState): string => ('why' in state ? state.why : state.is);
