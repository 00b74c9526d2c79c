import {
  Button,
  Checkbox,
  FileButton,
  Group,
  Input,
  NumberInput,
  PasswordInput,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReportSourceKind } from '../../../src-shared/contract/fetcher.ts';
import { type AppleLogin, MAX_AUTH_FILE_BYTES } from '../../../src-shared/domain/find-my/auth-file.ts';
import { fetcher } from '../../strings/fetcher.ts';
import { readAuthFile } from './auth-file.ts';

const { form: words } = fetcher;

interface Values {
  kind: ReportSourceKind;
  username: string;
  password: string;
  removeCredentials: boolean;
  loginFile: string;
  loginDays: number | string;
}

interface Props<T extends Values> {
  form: UseFormReturnType<T>;
  /** Whether the source has a login already. */
  stored: boolean;
  /** Whether the source is to have other addresses than the stored login was entered for. */
  moved: boolean;
  login: AppleLogin | null;
  onLogin: (login: AppleLogin | null) => void;
}

/** The login of a source: an auth.json for Apple, user name and password for a haystack endpoint. */
export function Credentials<T extends Values>({ form, stored, moved, login, onLogin }: Props<T>) {
  const [problem, setProblem] = useState<string | null>(null);
  const read = async (file: File | null) => {
    if (!file) return;
    const verdict = readAuthFile(await file.slice(0, MAX_AUTH_FILE_BYTES + 1).text());
    onLogin('login' in verdict ? verdict.login : null);
    setProblem('problem' in verdict ? verdict.problem : null);
  };
  const { kind } = form.values;
  return (
    <Input.Wrapper
      label={words.credentials}
      description={kind === 'haystack' ? words.basicHint : words.authHint}
      error={problem ?? form.errors.credentials}
      labelElement="div"
    >
      <Stack gap="xs" mt={6}>
        {stored && !form.errors.credentials && (
          <Text size="sm" c="dimmed">
            {moved ? words.credentialsMoved : words.credentialsKept}
          </Text>
        )}
        {kind === 'haystack' ? (
          <Group grow align="flex-start">
            <TextInput label={words.username} autoComplete="off" {...form.getInputProps('username')} />
            <PasswordInput label={words.password} autoComplete="new-password" {...form.getInputProps('password')} />
          </Group>
        ) : (
          <Group gap="sm">
            <FileButton accept=".json,application/json" onChange={(file) => void read(file)}>
              {(props) => (
                <Button {...props} variant="default" leftSection={<IconFileImport size={15} aria-hidden />}>
                  {login || stored ? words.authFileOther : words.authFile}
                </Button>
              )}
            </FileButton>
            {login && (
              <Text size="sm" role="status">
                {words.authRead(masked(login.dsid))}
              </Text>
            )}
          </Group>
        )}
        {kind !== 'haystack' && (
          <Group align="flex-start" grow preventGrowOverflow={false}>
            <TextInput
              label={words.loginFile}
              description={words.loginFileHint}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              placeholder="/home/finder/auth.json"
              spellCheck={false}
              miw={260}
              {...form.getInputProps('loginFile')}
            />
            <NumberInput
              label={words.loginDays}
              description={words.loginDaysHint}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              placeholder={words.learned}
              clampBehavior="none"
              miw={200}
              {...form.getInputProps('loginDays')}
            />
          </Group>
        )}
        {stored && !login && (
          <Checkbox
            label={words.removeCredentials}
            {...form.getInputProps('removeCredentials', { type: 'checkbox' })}
          />
        )}
      </Stack>
    </Input.Wrapper>
  );
}

/** Enough to tell two accounts apart. */
const masked = (dsid: string): string => (dsid.length > 4 ? `…${dsid.slice(-4)}` : dsid);
