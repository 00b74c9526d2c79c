import { describe, expect, it } from 'vitest';
import { importing } from '../../strings/importing.ts';
import { describeFile } from './describe-file.ts';

const look = (name: string, head: string | number[], size = 100) =>
  describeFile({ name, size }, typeof head === 'string' ? new TextEncoder().encode(head) : new Uint8Array(head));

describe('a chosen file', () => {
  it('is CSV or JSON by name or beginning', () => {
    expect(look('devices.csv', 'mac_address,serial')).toEqual({ contentType: 'text/csv' });
    expect(look('devices.txt', '\ufeffmac;key')).toEqual({ contentType: 'text/csv' });
    expect(look('devices.json', ' [{')).toEqual({ contentType: 'application/json' });
    expect(look('devices.txt', '\ufeff\n[{"mac"')).toEqual({ contentType: 'application/json' });
    expect(look('devices.xlsx', [0x50, 0x4b, 3, 4])).toEqual({
      contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    });
  });

  it('is refused with a sentence that tells what to do', () => {
    expect(look('devices.csv', '', 0)).toEqual({ problem: importing.empty });
    expect(look('devices.csv', 'mac', 2 ** 31)).toEqual({ problem: importing.tooLarge(256) });
    expect(look('devices.csv', '%PDF-1.7')).toEqual({ problem: importing.pdf });
    expect(look('devices.xlsx', [0x50, 0x4b, 3, 4], 40_000_000)).toEqual({ problem: importing.workbookTooLarge(32) });
    expect(look('devices.xls', [0xd0, 0xcf, 0x11, 0xe0])).toEqual({ problem: importing.oldWorkbook });
    expect(look('devices.ods', [0x50, 0x4b, 3, 4])).toEqual({ problem: importing.openDocument });
    expect(look('devices.zip', [0x50, 0x4b, 3, 4])).toEqual({ problem: importing.archive });
    expect(look('devices.csv.gz', [0x1f, 0x8b])).toEqual({ problem: importing.archive });
  });
});
