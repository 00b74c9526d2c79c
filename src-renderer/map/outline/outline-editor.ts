import L from 'leaflet';
import type { LocationKind } from '../../../src-shared/contract/status.ts';
import type { Corner, Outline } from '../../../src-shared/domain/fences/outline.ts';
import { fenceStyle } from '../fences.ts';
import { nearestCopy } from '../view.ts';
import {
  type CornerAt,
  deleteCorner,
  insertCorner,
  middleBetween,
  moveCorner,
  type RingAt,
  ringOf,
  roundCorner,
} from './edit-outline.ts';

/** Corners that get a handle at once. More could not be told apart, and each is an element of the page. */
const MOST_HANDLES = 300;

export interface OutlineView {
  outline: Outline;
  /** The ring that clicks on the map draw on; null when all are closed. */
  drawing: RingAt | null;
  chosen: CornerAt | null;
  /** Where the outline goes wrong. */
  wrongAt: Corner | null;
}

interface Handlers {
  onChange: (outline: Outline) => void;
  onChoose: (at: CornerAt | null) => void;
  /** The first corner of the ring that is drawn was pressed: it is done. */
  onClose: () => void;
  /** There are too many corners in view to be handled one by one. */
  onCrowded: (crowded: boolean) => void;
}

/**
 * An outline under the mouse or finger: its corners are dragged, pressed to choose one, and put in by dragging the middle
 * of an edge. What it shows comes by `show`; what a person does goes out by the handlers, each step of a drag.
 */
export class OutlineEditor {
  readonly #map: L.Map;
  readonly #handlers: Handlers;
  readonly #shape: L.Polygon;
  readonly #open: L.Polyline;
  readonly #handles = L.layerGroup();
  readonly #wrong: L.Marker;
  #view: OutlineView = { outline: [], drawing: null, chosen: null, wrongAt: null };
  #dragged: CornerAt | null = null;

  constructor(map: L.Map, kind: LocationKind, handlers: Handlers) {
    this.#map = map;
    this.#handlers = handlers;
    const style = { ...fenceStyle(kind), weight: 2.5, interactive: false };
    this.#shape = L.polygon([], style).addTo(map);
    this.#open = L.polyline([], { ...style, fill: false }).addTo(map);
    this.#handles.addTo(map);
    this.#wrong = L.marker([0, 0], { interactive: false, keyboard: false, icon: handle('map-crossing', 26) });
    map.on('moveend', this.#draw, this);
  }

  show(view: OutlineView): void {
    this.#view = view;
    this.#draw();
  }

  remove(): void {
    this.#map.off('moveend', this.#draw, this);
    for (const layer of [this.#shape, this.#open, this.#handles, this.#wrong]) layer.remove();
  }

  #draw(): void {
    const { outline, drawing, wrongAt } = this.#view;
    const places = this.#places(outline);
    const isDrawn = (part: number, ring: number) => drawing?.part === part && drawing.ring === ring;
    this.#shape.setLatLngs(places.map((rings, part) => rings.filter((_, ring) => !isDrawn(part, ring))));
    this.#open.setLatLngs(drawing ? (places[drawing.part]?.[drawing.ring] ?? []) : []);
    if (wrongAt) this.#wrong.setLatLng(this.#near(wrongAt)).addTo(this.#map);
    else this.#wrong.remove();
    // A handle that is held stays the element that it is.
    if (this.#dragged === null) this.#drawHandles(places);
  }

  /** The corners on the copy of the world that is looked at, unbroken over the antimeridian. */
  #places(outline: Outline): L.LatLngTuple[][][] {
    const center = this.#map.getCenter().lng;
    return outline.map((rings) => {
      let near = nearestCopy(rings[0]?.[0]?.[0] ?? center, center);
      return rings.map((ring) =>
        ring.map(([longitude, latitude]): L.LatLngTuple => {
          near = nearestCopy(longitude, near);
          return [latitude, near];
        }),
      );
    });
  }

  #near([longitude, latitude]: Corner): L.LatLngTuple {
    return [latitude, nearestCopy(longitude, this.#map.getCenter().lng)];
  }

  #drawHandles(places: L.LatLngTuple[][][]): void {
    this.#handles.clearLayers();
    const view = this.#map.getBounds().pad(0.1);
    const seen: { at: CornerAt; place: L.LatLngTuple }[] = [];
    for (const [part, rings] of places.entries())
      for (const [ring, corners] of rings.entries())
        for (const [corner, place] of corners.entries())
          if (view.contains(place)) seen.push({ at: { part, ring, corner }, place });
    const crowded = seen.length > MOST_HANDLES;
    this.#handlers.onCrowded(crowded);
    if (crowded) return;
    for (const { at, place } of seen) {
      this.#addCorner(at, place);
      this.#addMiddle(at, place, places[at.part]![at.ring]!);
    }
  }

  #addCorner(at: CornerAt, place: L.LatLngTuple): void {
    const { drawing, chosen } = this.#view;
    const isFirst = drawing?.part === at.part && drawing.ring === at.ring && at.corner === 0;
    const closes = isFirst && ringOf(this.#view.outline, at).length > 2;
    const isChosen = chosen?.part === at.part && chosen.ring === at.ring && chosen.corner === at.corner;
    const looks = ['map-corner', closes && 'map-corner-closes', isChosen && 'map-corner-chosen'];
    const marker = L.marker(place, {
      draggable: true,
      keyboard: false,
      icon: handle(looks.filter(Boolean).join(' '), 14),
      zIndexOffset: 1000,
    });
    marker.on('click', (event) => {
      L.DomEvent.stop(event);
      if (closes) this.#handlers.onClose();
      else this.#handlers.onChoose(at);
    });
    marker.on('contextmenu', (event) => {
      L.DomEvent.stop(event);
      this.#handlers.onChange(deleteCorner(this.#view.outline, at));
      this.#handlers.onChoose(null);
    });
    this.#followDrag(
      marker,
      () => at,
      () => {},
    );
    marker.addTo(this.#handles);
  }

  /** The handle in the middle of the edge to the next corner; dragged or pressed, it becomes a corner. */
  #addMiddle(at: CornerAt, place: L.LatLngTuple, corners: L.LatLngTuple[]): void {
    const { drawing, outline } = this.#view;
    const isDrawn = drawing?.part === at.part && drawing.ring === at.ring;
    const next = corners[(at.corner + 1) % corners.length]!;
    if (corners.length < 2 || isDrawn) return;
    const [from, to] = [this.#map.latLngToLayerPoint(place), this.#map.latLngToLayerPoint(next)];
    // Closer than that it would lie on its corners.
    if (from.distanceTo(to) < 44) return;
    const ring = ringOf(outline, at);
    const corner = middleBetween(ring[at.corner]!, ring[(at.corner + 1) % ring.length]!);
    const added = { ...at, corner: at.corner + 1 };
    const middle = L.marker([(place[0] + next[0]) / 2, (place[1] + next[1]) / 2], {
      draggable: true,
      keyboard: false,
      icon: handle('map-middle', 10),
      zIndexOffset: 900,
    });
    const insert = () => this.#change(insertCorner(this.#view.outline, added, corner));
    middle.on('click', (event) => {
      L.DomEvent.stop(event);
      insert();
      this.#handlers.onChoose(added);
    });
    this.#followDrag(middle, () => added, insert);
    middle.addTo(this.#handles);
  }

  #followDrag(marker: L.Marker, at: () => CornerAt, begin: () => void): void {
    marker.on('dragstart', () => {
      this.#dragged = at();
      begin();
    });
    marker.on('drag', () => {
      const { lat, lng } = marker.getLatLng();
      this.#change(moveCorner(this.#view.outline, at(), roundCorner([lng, lat])));
    });
    marker.on('dragend', () => {
      this.#dragged = null;
      this.#handlers.onChoose(at());
      this.#draw();
    });
  }

  /** Drawn at once; the form follows. */
  #change(outline: Outline): void {
    this.#view = { ...this.#view, outline };
    this.#draw();
    this.#handlers.onChange(outline);
  }
}

const handle = (className: string, size: number): L.DivIcon => L.divIcon({ className, iconSize: [size, size] });
