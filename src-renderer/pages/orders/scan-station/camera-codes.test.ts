import { expect, it } from 'vitest';
import { codeReader, createCameraFilter, luminances } from './camera-codes.ts';

it('takes a label that stays before the camera once, and again when it comes back', () => {
  const fresh = createCameraFilter();
  expect(fresh(['A', 'A'], 0)).toEqual(['A']);
  for (let at = 200; at <= 4_000; at += 200) expect(fresh(['A'], at)).toEqual([]);
  expect(fresh(['A', 'B'], 4_100)).toEqual(['B']);
  expect(fresh([], 5_000)).toEqual([]);
  expect(fresh(['A'], 6_200)).toEqual(['A']);
});

it('uses the browser’s reader where it reads anything', async () => {
  class BarcodeDetector {
    static getSupportedFormats = async () => ['code_128'];
    detect = async () => [{ rawValue: 'AABBCCDDEEFF' }];
  }
  const read = await codeReader({ BarcodeDetector });
  expect(await read({} as HTMLVideoElement)).toEqual(['AABBCCDDEEFF']);
});

it('makes a picture grey', () => {
  expect([...luminances(new Uint8ClampedArray([0, 0, 0, 255, 255, 255, 255, 255, 0, 200, 0, 255]))]).toEqual([
    0, 255, 100,
  ]);
});
