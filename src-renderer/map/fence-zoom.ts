/** Metres to a pixel of a 256-pixel tile at zoom 0 on the equator: the earth's girth (WGS 84) over 256. */
const METRES_PER_PIXEL = (2 * Math.PI * 6_378_137) / 256;
/** A fence narrower than this can't be placed by eye. */
const LEAST_PIXELS = 10;
/** A comfortable width to work at, once it is zoomed to. */
const GOOD_PIXELS = 60;

const zoomFor = (pixels: number, latitude: number, radiusM: number): number =>
  Math.log2((pixels * METRES_PER_PIXEL * Math.max(0.01, Math.cos((latitude * Math.PI) / 180))) / (2 * radiusM));

/**
 * The zoom to go to before a click can be taken as a fence's point.
 * @returns null where the fence is wide enough to be seen at the present zoom, or the map can't come closer
 */
export function zoomBeforeFence(latitude: number, radiusM: number, zoom: number, maxZoom: number): number | null {
  if (zoom >= Math.min(zoomFor(LEAST_PIXELS, latitude, radiusM), maxZoom)) return null;
  return Math.min(maxZoom, Math.ceil(zoomFor(GOOD_PIXELS, latitude, radiusM)));
}
