import { readFileSync } from 'node:fs';
import { writeNumber } from '../p224/p224.ts';

interface File {
  numberOfTests: number;
  testGroups: { tests: { public: string; private: string; shared: string; result: string }[] }[];
}

/** The cases of Wycheproof for ECDH on P-224, as an engine takes them; for tests. */
export function wycheproofCases() {
  const path = new URL('./ecdh_secp224r1_ecpoint_test.json', import.meta.url);
  const file = JSON.parse(readFileSync(path, 'utf8')) as File;
  return file.testGroups.flatMap((group) =>
    group.tests.map((one) => {
      // The text is that of a big integer: shorter than 28 bytes, or with a zero before it.
      const scalar = new Uint8Array(28);
      writeNumber(scalar, 0, BigInt(`0x${one.private}`));
      // Compressed and empty points are shorter: a report has no room for them, so they count as invalid.
      const point = new Uint8Array(57);
      point.set(Buffer.from(one.public, 'hex'));
      return { scalar, point, shared: one.shared, valid: one.result === 'valid' };
    }),
  );
}
