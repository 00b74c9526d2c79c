import { drawHeat, type HeatPoint } from './draw-heat.ts';

export interface HeatRequest {
  id: number;
  points: HeatPoint[];
  most: number;
  radius: number;
  width: number;
  height: number;
}
export interface HeatAnswer {
  id: number;
  bitmap: ImageBitmap;
}

self.onmessage = ({ data }: MessageEvent<HeatRequest>) => {
  const canvas = new OffscreenCanvas(data.width, data.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('No canvas to draw the heat map on');
  drawHeat(context, data.points, data.most, data.radius, data.width, data.height);
  const bitmap = canvas.transferToImageBitmap();
  (self as unknown as { postMessage(message: HeatAnswer, transfer: Transferable[]): void }).postMessage(
    { id: data.id, bitmap },
    [bitmap],
  );
};
