import { z } from 'zod';
import { statuses } from './status.ts';

/** Apart from the words, which screens load without any schema. */
export const status = z.enum(statuses);
