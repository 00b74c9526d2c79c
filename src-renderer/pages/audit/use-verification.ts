import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type OperationOutput } from '../../api/client.ts';

type Verification = OperationOutput<'verifyAuditLog'>;
/** How far a check has come. */
export type Walked = Pick<Verification, 'entries' | 'left'>;

/** Checks the chain, one request after another until it is over; `walking` says how far it has come meanwhile. */
export function useVerification() {
  const [walked, setWalked] = useState<Walked | null>(null);
  const mutation = useMutation({
    mutationFn: async (from: 'checkpoint' | 'beginning') => {
      let verification = await api.verifyAuditLog({ query: { from } });
      while (verification.continueWith !== null) {
        setWalked(verification);
        verification = await api.verifyAuditLog({ query: { continueWith: verification.continueWith } });
      }
      return verification;
    },
    onSettled: () => setWalked(null),
  });
  return { ...mutation, walking: mutation.isPending ? walked : null };
}
