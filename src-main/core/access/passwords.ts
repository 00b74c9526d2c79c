import { type Algorithm, hash, verify } from '@node-rs/argon2';

/**
 * Cost of a password: OWASP Password Storage Cheat Sheet, argon2id with 19 MiB, two passes, one lane. Each stored hash
 * carries its own parameters, so that this can be raised later.
 */
const cost = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * Hash of a password in PHC form, with a random salt. Texts that differ only in their Unicode form count as the same.
 */
export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFKC'), cost);

let decoy: Promise<string> | undefined;

/**
 * Whether the password matches this hash. Without a hash (no such user) it does the same work for nothing, so that the
 * time it takes doesn't tell which user names exist.
 */
export async function passwordMatches(storedHash: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('no user has this password');
  const matches = await verify(storedHash ?? (await decoy), password.normalize('NFKC'));
  return matches && storedHash !== null;
}
