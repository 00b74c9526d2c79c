import type L from 'leaflet';

/** Twice the screen's pixels, so that a print is sharp. */
const RATIO = 2;

export interface MapPicture {
  blob: Blob;
  /** The pictures of a tile server may not be read here: they are left out. */
  withoutBase: boolean;
}

/**
 * The map as it is seen, as PNG: its tiles, lines, fences and markers, and whose map it is. Controls and what lies over the
 * map are left out. Rejects where the browser can't make a picture.
 */
export async function pictureOf(map: L.Map): Promise<MapPicture> {
  const whole = await draw(map, true);
  const blob = await whole.convertToBlob({ type: 'image/png' }).catch(() => null);
  if (blob) return { blob, withoutBase: false };
  return { blob: await (await draw(map, false)).convertToBlob({ type: 'image/png' }), withoutBase: true };
}

async function draw(map: L.Map, withPictures: boolean): Promise<OffscreenCanvas> {
  const container = map.getContainer();
  const frame = container.getBoundingClientRect();
  const canvas = new OffscreenCanvas(frame.width * RATIO, frame.height * RATIO);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas to draw the map on');
  context.scale(RATIO, RATIO);
  context.fillStyle = getComputedStyle(container).backgroundColor;
  context.fillRect(0, 0, frame.width, frame.height);
  const placeOf = (element: Element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: left - frame.left, y: top - frame.top, width, height };
  };
  const paint = (picture: CanvasImageSource & Element) => {
    const { x, y, width, height } = placeOf(picture);
    context.globalAlpha = Number(getComputedStyle(picture).opacity);
    if (width > 0 && height > 0) context.drawImage(picture, x, y, width, height);
    context.globalAlpha = 1;
  };
  const { tilePane, overlayPane, names, markerPane } = map.getPanes();
  for (const tile of tilePane?.querySelectorAll<HTMLCanvasElement | HTMLImageElement>('canvas, img') ?? [])
    if (withPictures || tile instanceof HTMLCanvasElement) paint(tile);
  for (const pane of [overlayPane, names]) for (const layer of pane?.querySelectorAll('canvas') ?? []) paint(layer);
  const markers = [...(markerPane?.children ?? [])] as HTMLElement[];
  for (const marker of markers.sort((a, b) => Number(a.style.zIndex) - Number(b.style.zIndex))) {
    const svg = marker.querySelector('svg');
    if (svg) {
      const { x, y, width, height } = placeOf(svg);
      context.globalAlpha = Number(getComputedStyle(marker).opacity);
      context.drawImage(await imageOf(svg), x, y, width, height);
      context.globalAlpha = 1;
    } else if (marker.textContent) drawLabel(context, marker.firstElementChild ?? marker, placeOf);
  }
  drawAttribution(context, map, frame.width, frame.height);
  return canvas;
}

const properties = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-dashoffset',
  'stroke-linejoin',
  'font',
];

/** A drawing as a picture of its own: there it has none of the page's styles. */
async function imageOf(svg: SVGSVGElement): Promise<HTMLImageElement> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const [own, copied] = [
    [svg, ...svg.querySelectorAll('*')],
    [copy, ...copy.querySelectorAll('*')],
  ];
  for (const [n, element] of own.entries()) {
    const computed = getComputedStyle(element);
    const style = properties.map((name) => `${name}:${computed.getPropertyValue(name)}`).join(';');
    copied[n]!.setAttribute('style', style);
  }
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}

function drawLabel(
  context: OffscreenCanvasRenderingContext2D,
  element: Element,
  placeOf: (element: Element) => { x: number; y: number; width: number; height: number },
): void {
  const { x, y, width, height } = placeOf(element);
  const computed = getComputedStyle(element);
  context.beginPath();
  context.roundRect(x, y, width, height, Number.parseFloat(computed.borderTopLeftRadius) || 0);
  context.fillStyle = computed.backgroundColor;
  context.fill();
  context.strokeStyle = computed.borderTopColor;
  context.lineWidth = Number.parseFloat(computed.borderTopWidth) || 0;
  if (context.lineWidth > 0) context.stroke();
  context.fillStyle = computed.color;
  context.font = computed.font;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(element.textContent ?? '', x + width / 2, y + height / 2);
}

/** Always: makers of maps ask for it. */
function drawAttribution(context: OffscreenCanvasRenderingContext2D, map: L.Map, width: number, height: number): void {
  const element = map.getContainer().querySelector('.leaflet-control-attribution');
  const words = element?.textContent ?? '';
  if (!element || words === '') return;
  const computed = getComputedStyle(element);
  context.font = `12px ${computed.fontFamily}`;
  const wide = context.measureText(words).width + 10;
  context.fillStyle = computed.backgroundColor;
  context.fillRect(width - wide, height - 18, wide, 18);
  context.fillStyle = computed.color;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillText(words, width - 5, height - 9);
}
