import { type Spot, spotAlong } from './line-label.ts';
import type { PlaceLook } from './vector-kinds.ts';

const TILE = 256;
const FAMILY = '"Inter Variable", system-ui, sans-serif';
const STREET = { size: 10, weight: 500 };
/** Pixels between two names of one street. */
const AGAIN = 130;

interface Name {
  text: string;
  spot: Spot;
  width: number;
  size: number;
  weight: number;
  rank: number;
}
type Context = OffscreenCanvasRenderingContext2D;

/** Gathers the names of a tile and draws those that have room, the important ones first. A name never leaves its tile. */
export function createNames(context: Context, { land, label }: { land: string; label: string }) {
  const found: Name[] = [];
  const widthOf = (text: string, { size, weight }: { size: number; weight: number }) => {
    context.font = `${weight} ${size}px ${FAMILY}`;
    return context.measureText(text).width;
  };
  return {
    place(text: string, { x, y }: { x: number; y: number }, { rank, size, weight }: PlaceLook): void {
      const width = widthOf(text, { size, weight });
      const [half, high] = [width / 2 + 2, size / 2 + 3];
      if (x < half || x > TILE - half || y < high || y > TILE - high) return;
      found.push({ text, spot: { x, y, angle: 0 }, width, size, weight, rank });
    },
    along(text: string, line: readonly { x: number; y: number }[], rank: number): void {
      if (line.length < 2) return;
      const width = widthOf(text, STREET);
      const spot = spotAlong(line, width, TILE);
      if (spot) found.push({ text, spot, width, ...STREET, rank });
    },
    draw(): void {
      const taken: Circle[] = [];
      const drawn = new Map<string, Spot[]>();
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.lineJoin = 'round';
      context.lineWidth = 3;
      context.strokeStyle = land;
      context.fillStyle = label;
      for (const name of found.sort((a, b) => a.rank - b.rank || b.width - a.width)) {
        const { text, spot, size, weight } = name;
        const near = drawn.get(text)?.some(({ x, y }) => Math.hypot(x - spot.x, y - spot.y) < AGAIN) ?? false;
        const room = circlesOf(name);
        if (near || room.some((one) => taken.some((other) => meets(one, other)))) continue;
        taken.push(...room);
        drawn.set(text, [...(drawn.get(text) ?? []), spot]);
        context.save();
        context.translate(spot.x, spot.y);
        context.rotate(spot.angle);
        context.font = `${weight} ${size}px ${FAMILY}`;
        context.strokeText(text, 0, 0);
        context.fillText(text, 0, 0);
        context.restore();
      }
    },
  };
}

interface Circle {
  x: number;
  y: number;
  r: number;
}
const meets = (a: Circle, b: Circle) => Math.hypot(a.x - b.x, a.y - b.y) < a.r + b.r;

/** A name as circles along it, which is near enough for any angle. */
function circlesOf({ spot, width, size }: Name): Circle[] {
  const r = size / 2 + 2;
  const many = Math.max(1, Math.ceil(width / (1.6 * r)));
  return Array.from({ length: many }, (_, n) => {
    const along = many === 1 ? 0 : (n / (many - 1) - 0.5) * (width - r);
    return { x: spot.x + along * Math.cos(spot.angle), y: spot.y + along * Math.sin(spot.angle), r };
  });
}
