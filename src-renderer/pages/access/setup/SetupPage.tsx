import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Navigate, useNavigate } from 'react-router';
import { authRoutes } from '../../../../src-shared/contract/auth.ts';
import { beginSession, useSessionQuery } from '../../../api/session.ts';
import { useOperation, useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { checkedBy } from '../../../components/editing/check-form.ts';
import { applyFieldErrors, useOperationForm } from '../../../components/FormModal.tsx';
import { setup as words } from '../../../strings/login.ts';
import { EntryFrame } from '../login/EntryFrame.tsx';
import { KitStep } from './KitStep.tsx';

/** First run: creates the one administrator that everything else starts from. Works once. */
export default function SetupPage() {
  const session = useSessionQuery();
  const setup = useOperation('getSetup', {}, { staleTime: 0 });
  const create = useOperationMutation('createFirstAdministrator');
  const [failure, setFailure] = useState<unknown>(null);
  const navigate = useNavigate();
  /** Of the administrator just made: the recovery kit is shown for it, without asking again. */
  const [password, setPassword] = useState<string | null>(null);
  const form = useOperationForm({
    initialValues: { displayName: '', username: '', password: '', repeat: '' },
    validate: checkedBy(
      authRoutes.createFirstAdministrator,
      (values) => values,
      {},
      ({ password, repeat }) => (repeat === password ? {} : { repeat: words.mismatch }),
    ),
  });
  if (password !== null) return <KitStep password={password} onDone={() => void navigate('/', { replace: true })} />;
  if (session.data) return <Navigate to="/" replace />;
  if (setup.data && !setup.data.required) return <Navigate to="/login" replace />;

  const submit = ({ repeat: _, ...body }: typeof form.values) => {
    setFailure(null);
    create.mutate(
      { body },
      {
        onSuccess: (made) => {
          setPassword(body.password);
          beginSession(made);
        },
        onError: (error) => !applyFieldErrors(form, error) && setFailure(error),
      },
    );
  };
  return (
    <EntryFrame title={words.title} hint={words.hint}>
      <form onSubmit={form.onSubmit(submit)}>
        <Stack gap="sm">
          <TextInput
            label={words.displayName}
            size="sm"
            autoComplete="name"
            required
            autoFocus
            {...form.getInputProps('displayName')}
          />
          <TextInput
            label={words.username}
            description={words.usernameHint}
            size="sm"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            {...form.getInputProps('username')}
          />
          <PasswordInput
            label={words.password}
            description={words.passwordHint}
            size="sm"
            autoComplete="new-password"
            required
            {...form.getInputProps('password')}
          />
          <PasswordInput
            label={words.repeat}
            size="sm"
            autoComplete="new-password"
            required
            {...form.getInputProps('repeat')}
          />
          <Button type="submit" size="sm" fullWidth mt="xs" loading={create.isPending}>
            {words.submit}
          </Button>
          {failure !== null && <ErrorState error={failure} title={words.failed} />}
        </Stack>
      </form>
    </EntryFrame>
  );
}
