/** Reads codes in a picture of the camera; empty where there is none. */
export type ReadCodes = (video: HTMLVideoElement) => Promise<string[]>;

interface NativeDetector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type NativeDetectors = {
  BarcodeDetector?: { new (): NativeDetector; getSupportedFormats(): Promise<string[]> };
};

/** The browser's own reader where it has one that reads anything, else ZXing, loaded when it is first needed. */
export async function codeReader(scope: NativeDetectors = globalThis as NativeDetectors): Promise<ReadCodes> {
  const Native = scope.BarcodeDetector;
  if (Native && (await Native.getSupportedFormats().catch(() => [])).length > 0) {
    const detector = new Native();
    return async (video) => (await detector.detect(video)).map(({ rawValue }) => rawValue);
  }
  return zxingReader();
}

/** Pictures are read at most this wide: more takes long on a handheld and finds no more. Pixels. */
const WIDTH = 960;

async function zxingReader(): Promise<ReadCodes> {
  const { BinaryBitmap, HybridBinarizer, MultiFormatReader, RGBLuminanceSource } = await import('@zxing/library');
  const reader = new MultiFormatReader();
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return async (video) => {
    if (!context || video.videoWidth === 0) return [];
    const scale = Math.min(1, WIDTH / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    try {
      const source = new RGBLuminanceSource(luminances(data), width, height);
      return [reader.decodeWithState(new BinaryBitmap(new HybridBinarizer(source))).getText()];
    } catch {
      // Nothing in this picture, which is what most hold.
      return [];
    }
  };
}

/** Brightness of each pixel of an RGBA picture, 0 to 255, green counted twice. */
export function luminances(rgba: Uint8ClampedArray): Uint8ClampedArray {
  const grey = new Uint8ClampedArray(rgba.length / 4);
  for (let i = 0; i < grey.length; i++) grey[i] = (rgba[4 * i]! + 2 * rgba[4 * i + 1]! + rgba[4 * i + 2]!) / 4;
  return grey;
}

/** A label that stays before the camera is one scan: it is taken again when it was away for this long. Milliseconds. */
const AWAY_MS = 2_000;

/** Says of the codes of one picture which ones are new to the camera. */
export function createCameraFilter(): (codes: readonly string[], at: number) => string[] {
  const seenAt = new Map<string, number>();
  return (codes, at) => {
    const fresh = codes.filter((code) => at - (seenAt.get(code) ?? Number.NEGATIVE_INFINITY) > AWAY_MS);
    for (const code of codes) seenAt.set(code, at);
    for (const [code, when] of seenAt) if (at - when > AWAY_MS) seenAt.delete(code);
    return [...new Set(fresh)];
  };
}
