// Conversion between sample rates by windowed-sinc interpolation (J. O. Smith, "Digital Audio Resampling Home Page", CCRMA).

/** Fractions of a sample that are tabled; the nearest one is taken: an error of at most 1/256 of a sample. */
const PHASES = 128;
/** Zero crossings to either side at the lower of the two rates. */
const CROSSINGS = 8;
/** Of the lower rate's half: room for the filter's slope. */
const PASS = 0.92;

/** Samples between samples of a ring buffer, low-passed for the lower of the two rates. */
export class Sinc {
  /** So many samples before and after a place take part. */
  readonly half: number;
  private readonly table: Float32Array;

  constructor(inRate: number, outRate: number) {
    const cutoff = Math.min(1, outRate / inRate) * PASS;
    this.half = Math.ceil(CROSSINGS / cutoff);
    const taps = 2 * this.half;
    this.table = new Float32Array((PHASES + 1) * taps);
    for (let phase = 0; phase <= PHASES; phase++) {
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) {
        const x = tap - this.half + 1 - phase / PHASES;
        const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / (this.half + 1));
        const value = x === 0 ? cutoff : Math.sin(Math.PI * cutoff * x) / (Math.PI * x);
        this.table[phase * taps + tap] = value * window;
        sum += value * window;
      }
      // Every fraction passes a constant unchanged: no whistle at the rate of the fractions.
      const row = this.table.subarray(phase * taps, (phase + 1) * taps);
      row.forEach((value, tap) => {
        row[tap] = value / sum;
      });
    }
  }

  /** The value at `place` (in samples since the ring's beginning); the ring's length is a power of two. */
  at(ring: Float32Array, place: number): number {
    const whole = Math.floor(place);
    const taps = 2 * this.half;
    const mask = ring.length - 1;
    let row = Math.round((place - whole) * PHASES) * taps;
    let index = whole - this.half + 1;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) sum += (ring[index++ & mask] ?? 0) * (this.table[row++] ?? 0);
    return sum;
  }
}
