import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { ApiError } from '../../../../src-shared/contract/api-client.ts';
import { beginSession, lockedBecause, useSessionQuery } from '../../../api/session.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { login as words } from '../../../strings/login.ts';
import { EntryFrame } from './EntryFrame.tsx';
import { safeTarget } from './safe-target.ts';

const needsCode = (error: unknown) =>
  error instanceof ApiError && error.problem.type === '/problems/second-factor-required';

/** Log in; with a code where there is a second factor; then on to the address that was asked for. */
export default function LoginPage() {
  const [search] = useSearchParams();
  const session = useSessionQuery();
  const login = useOperationMutation('login', { onSuccess: beginSession });
  const form = useForm({ initialValues: { username: '', password: '', code: '' } });
  const [asksCode, setAsksCode] = useState(false);
  const submit = ({ code, ...body }: typeof form.values) =>
    login.mutate(
      { body: asksCode ? { ...body, code } : body },
      { onError: (error) => needsCode(error) && setAsksCode(true) },
    );
  const shows = login.isError && !needsCode(login.error);
  const locked = lockedBecause();
  const hint = locked ? words.locked[locked] : search.get('to') ? words.toContinue : words.hint;
  if (session.data) return <Navigate to={safeTarget(search.get('to'))} replace />;
  return (
    <EntryFrame title={words.title} hint={hint}>
      <form onSubmit={form.onSubmit(submit)}>
        <TextInput
          label={words.username}
          size="sm"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus
          {...form.getInputProps('username')}
        />
        <PasswordInput
          label={words.password}
          size="sm"
          mt="sm"
          autoComplete="current-password"
          required
          {...form.getInputProps('password')}
        />
        {asksCode && (
          <TextInput
            label={words.code}
            description={words.codeHint}
            size="sm"
            mt="sm"
            autoComplete="one-time-code"
            required
            autoFocus
            {...form.getInputProps('code')}
          />
        )}
        <Button type="submit" size="sm" fullWidth mt="lg" mb={shows ? 'md' : 0} loading={login.isPending}>
          {words.submit}
        </Button>
        {shows && <ErrorState error={login.error} title={words.failed} />}
      </form>
    </EntryFrame>
  );
}
