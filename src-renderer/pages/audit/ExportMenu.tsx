import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { urlOf } from '../../../src-shared/contract/api-client.ts';
import { download } from '../../api/download.ts';
import { audit as words } from '../../strings/audit.ts';
import type { AuditQuery } from './AuditFilterBar.tsx';

/** Saves what the filters leave as a file. The export itself is recorded. */
export function ExportMenu({ query }: { query: AuditQuery }) {
  const save = (format: 'csv' | 'jsonl') =>
    void download(urlOf('exportAuditLog', { query: { ...query, format } }), words.exportName(format));
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          {words.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => save('csv')}>{words.exportCsv}</Menu.Item>
        <Menu.Item onClick={() => save('jsonl')}>{words.exportLines}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
