// What comes over the network as pieces becomes an even stream: a jitter buffer for the loudspeaker.
import { Sinc } from "./sinc";

/** So much is kept waiting, seconds: at the beginning, at least and at most. */
const FIRST_S = 0.06;
const LEAST_S = 0.04;
const MOST_S = 0.24;
/** After an underrun so much more. */
const STEP_S = 0.02;
/** Less again after so long without one. */
const CALM_S = 6;
/** What waits beyond the wanted depth is left out at once when it is more than this. */
const EXCESS_S = 0.12;
/** Loudspeaker and line have different clocks; the speed is bent by at most this much. */
const BEND = 0.015;
/** So far from what is wanted the pitch stays as it is. */
const EASY_S = 0.015;
/** Depth is smoothed over so many seconds before the speed follows it. */
const SMOOTH_S = 0.5;
const RING = 1 << 15;

export interface PlayoutStats {
  /** Seconds waiting now, and wanted. */
  depth: number;
  target: number;
  underruns: number;
  /** Seconds left out because they came too late in a heap. */
  skipped: number;
}

/** Takes pieces of any length at `inRate`, gives samples at `outRate`. */
export class Playout {
  private readonly ring = new Float32Array(RING);
  private readonly sinc: Sinc;
  private written = 0;
  private place = 0;
  private target = FIRST_S;
  private average = FIRST_S;
  private calm = 0;
  private isFlowing = false;
  private last = 0;
  private underruns = 0;
  private skipped = 0;

  constructor(
    private readonly inRate: number,
    private readonly outRate: number,
  ) {
    this.sinc = new Sinc(inRate, outRate);
  }

  get stats(): PlayoutStats {
    const { depth, target, underruns, skipped } = this;
    return { depth, target, underruns, skipped };
  }

  /** Seconds that wait. */
  private get depth(): number {
    return (this.written - this.place) / this.inRate;
  }

  push(pcm: Int16Array): void {
    for (const value of pcm) this.ring[this.written++ & (RING - 1)] = value / 32768;
    const excess = this.depth - this.target;
    if (excess > EXCESS_S) {
      this.place += Math.floor(excess * this.inRate);
      this.skipped += excess;
      this.average = this.target;
    }
  }

  /** Fill `out`; silence that fades in where nothing has come. */
  pull(out: Float32Array): void {
    const seconds = out.length / this.outRate;
    if (!this.isFlowing && this.depth >= this.target) {
      this.isFlowing = true;
      this.average = this.depth;
    }
    const step = (this.inRate / this.outRate) * this.speed(seconds);
    for (let index = 0; index < out.length; index++) {
      if (this.isFlowing && this.written - this.place <= this.sinc.half) this.dry();
      if (this.isFlowing) {
        this.last = this.sinc.at(this.ring, this.place);
        this.place += step;
      } else {
        this.last *= 0.98;
      }
      out[index] = this.last;
    }
  }

  private dry(): void {
    this.isFlowing = false;
    this.underruns++;
    this.calm = 0;
    this.target = Math.min(MOST_S, this.target + STEP_S);
  }

  /** How fast to play, about 1; and less is wanted after a time without trouble. */
  private speed(seconds: number): number {
    if (!this.isFlowing) return 1;
    this.average += (this.depth - this.average) * Math.min(1, seconds / SMOOTH_S);
    this.calm += seconds;
    if (this.calm > CALM_S) {
      this.calm = 0;
      this.target = Math.max(LEAST_S, this.target - STEP_S / 2);
    }
    const off = this.average - this.target;
    const beyond = Math.sign(off) * Math.max(0, Math.abs(off) - EASY_S);
    return 1 + Math.max(-BEND, Math.min(BEND, (beyond / this.target) * 2 * BEND));
  }
}
