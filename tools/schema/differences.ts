/**
 * Where PostgreSQL 15 words the same schema otherwise than the embedded engine (18), which writes the text. None so
 * far: `postgresql.sql` reads what both say alike, and says what it leaves out.
 */
export const differences: readonly { embedded: string; postgresql: string; reason: string }[] = [];
