/** Ranges of this many points are searched one by one. */
const LEAF = 8;

/**
 * Points on a sphere, for finding the nearest one in a microsecond or two: a k-d tree over unit vectors. The chord
 * grows with the great-circle distance, so that neither the poles nor the antimeridian are special.
 */
export class SphereTree {
  readonly #ids: Int32Array;
  /** x, y, z of each place in #ids. */
  readonly #at: Float64Array;
  #best = -1;
  #bestSquare = 0;
  readonly #query = new Float64Array(3);

  /** @param points WGS 84 degrees; their places are what `nearest` answers */
  constructor(points: readonly (readonly [longitude: number, latitude: number])[]) {
    this.#ids = Int32Array.from(points, (_, place) => place);
    this.#at = new Float64Array(points.length * 3);
    for (const [place, [longitude, latitude]] of points.entries()) {
      this.#at.set(unitVector(longitude, latitude), place * 3);
    }
    this.#sort(0, points.length - 1, 0);
  }

  /** The place of the nearest point and the length of the chord to it, in radii; null when there are no points. */
  nearest(longitude: number, latitude: number): { place: number; chord: number } | null {
    if (this.#ids.length === 0) return null;
    this.#query.set(unitVector(longitude, latitude));
    this.#bestSquare = Number.POSITIVE_INFINITY;
    this.#search(0, this.#ids.length - 1, 0);
    return { place: this.#ids[this.#best]!, chord: Math.sqrt(this.#bestSquare) };
  }

  #search(left: number, right: number, axis: number): void {
    if (right - left <= LEAF) {
      for (let i = left; i <= right; i++) this.#try(i);
      return;
    }
    const middle = (left + right) >> 1;
    const beside = this.#query[axis]! - this.#at[middle * 3 + axis]!;
    const next = axis === 2 ? 0 : axis + 1;
    this.#try(middle);
    if (beside <= 0) {
      this.#search(left, middle - 1, next);
      if (beside * beside < this.#bestSquare) this.#search(middle + 1, right, next);
    } else {
      this.#search(middle + 1, right, next);
      if (beside * beside < this.#bestSquare) this.#search(left, middle - 1, next);
    }
  }

  #try(i: number): void {
    const x = this.#at[i * 3]! - this.#query[0]!;
    const y = this.#at[i * 3 + 1]! - this.#query[1]!;
    const z = this.#at[i * 3 + 2]! - this.#query[2]!;
    const square = x * x + y * y + z * z;
    if (square >= this.#bestSquare) return;
    this.#bestSquare = square;
    this.#best = i;
  }

  /** Orders a range so that its middle point splits it along the axis, and its halves likewise along the next axes. */
  #sort(left: number, right: number, axis: number): void {
    if (right - left <= LEAF) return;
    const middle = (left + right) >> 1;
    this.#select(middle, left, right, axis);
    const next = axis === 2 ? 0 : axis + 1;
    this.#sort(left, middle - 1, next);
    this.#sort(middle + 1, right, next);
  }

  /** Hoare's quickselect. */
  #select(wanted: number, from: number, to: number, axis: number): void {
    let left = from;
    let right = to;
    while (left < right) {
      const pivot = this.#at[((left + right) >> 1) * 3 + axis]!;
      let i = left;
      let j = right;
      while (i <= j) {
        while (this.#at[i * 3 + axis]! < pivot) i++;
        while (this.#at[j * 3 + axis]! > pivot) j--;
        if (i <= j) this.#swap(i++, j--);
      }
      if (wanted <= j) right = j;
      else if (wanted >= i) left = i;
      else return;
    }
  }

  #swap(i: number, j: number): void {
    const id = this.#ids[i]!;
    this.#ids[i] = this.#ids[j]!;
    this.#ids[j] = id;
    for (let k = 0; k < 3; k++) {
      const value = this.#at[i * 3 + k]!;
      this.#at[i * 3 + k] = this.#at[j * 3 + k]!;
      this.#at[j * 3 + k] = value;
    }
  }
}

const RADIANS = Math.PI / 180;

function unitVector(longitude: number, latitude: number): [x: number, y: number, z: number] {
  const around = Math.cos(latitude * RADIANS);
  return [around * Math.cos(longitude * RADIANS), around * Math.sin(longitude * RADIANS), Math.sin(latitude * RADIANS)];
}
