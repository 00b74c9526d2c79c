import {
  Button,
  Code,
  CopyButton,
  Group,
  Modal,
  MultiSelect,
  NumberInput,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useRef, useState } from 'react';
import { apiTokenRoutes, MAX_TOKEN_DAYS } from '../../../../src-shared/contract/api-tokens.ts';
import { apiScopes } from '../../../../src-shared/contract/scopes.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { checkedBy } from '../../../components/editing/check-form.ts';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { common } from '../../../strings/common.ts';
import { security } from '../../../strings/security.ts';

const words = security.tokens;
const USUAL_DAYS = 90;

/** Makes a token and shows it, this once. */
export function NewToken({ onClose }: { onClose: () => void }) {
  const made = useRef(false);
  const [token, setToken] = useState<string | null>(null);
  const create = useOperationMutation('createApiToken', { invalidates: ['listApiTokens', 'listAuditEntries'] });
  const form = useOperationForm({
    initialValues: { name: '', scopes: ['read'] as string[], expiresInDays: USUAL_DAYS },
    validate: checkedBy(apiTokenRoutes.createApiToken, (values) => values, words.errors),
  });
  if (token !== null) return <ShownOnce token={token} onClose={onClose} />;
  return (
    <FormModal
      opened
      // Closing is what a success does too; the token is still to be shown then.
      onClose={() => made.current || onClose()}
      title={words.createTitle}
      form={form}
      submitLabel={common.create}
      onSubmit={async (body) => {
        const { token: secret } = await create.mutateAsync({ body });
        made.current = true;
        setToken(secret);
      }}
    >
      <TextInput
        label={words.name}
        description={words.nameHint}
        withAsterisk
        maxLength={200}
        data-autofocus
        {...form.getInputProps('name')}
      />
      <MultiSelect
        label={words.scopes}
        description={words.scopesHint}
        withAsterisk
        searchable
        data={[...apiScopes]}
        {...form.getInputProps('scopes')}
      />
      <NumberInput
        label={words.days}
        min={1}
        max={MAX_TOKEN_DAYS}
        allowDecimal={false}
        {...form.getInputProps('expiresInDays')}
      />
    </FormModal>
  );
}

function ShownOnce({ token, onClose }: { token: string; onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.shownTitle}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="sm">
        <Text size="sm">{words.shown}</Text>
        <Code block data-testid="token" style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}>
          {token}
        </Code>
        <Group justify="space-between">
          <CopyButton value={token}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy} data-autofocus>
                {copied ? common.copied : words.copy}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>{words.close}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
