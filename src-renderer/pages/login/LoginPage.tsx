import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Navigate, useSearchParams } from 'react-router';
import { beginSession, useSessionQuery } from '../../api/session.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { login as words } from '../../strings/login.ts';
import { EntryFrame } from './EntryFrame.tsx';
import { safeTarget } from './safe-target.ts';

/** Log in; then on to the address that was asked for. */
export default function LoginPage() {
  const [search] = useSearchParams();
  const session = useSessionQuery();
  const login = useOperationMutation('login', { onSuccess: beginSession });
  const form = useForm({ initialValues: { username: '', password: '' } });
  if (session.data) return <Navigate to={safeTarget(search.get('to'))} replace />;
  return (
    <EntryFrame title={words.title} hint={search.get('to') ? words.toContinue : words.hint}>
      <form onSubmit={form.onSubmit((body) => login.mutate({ body }))}>
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
        <Button type="submit" size="sm" fullWidth mt="lg" mb={login.isError ? 'md' : 0} loading={login.isPending}>
          {words.submit}
        </Button>
        {login.isError && <ErrorState error={login.error} title={words.failed} />}
      </form>
    </EntryFrame>
  );
}
