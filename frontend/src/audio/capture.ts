// The microphone's samples as pieces of 20 ms at the line's rate.
import { Sinc } from "./sinc";

const RING = 1 << 13;

export class Capture {
  private readonly ring = new Float32Array(RING);
  private readonly sinc: Sinc;
  private readonly step: number;
  private readonly size: number;
  private written = 0;
  private place = 0;
  private piece: Int16Array<ArrayBuffer>;
  private filled = 0;

  constructor(inRate: number, outRate: number) {
    this.sinc = new Sinc(inRate, outRate);
    this.step = inRate / outRate;
    this.size = outRate / 50;
    this.piece = new Int16Array(this.size);
  }

  /** Take samples of -1 to 1; `give` gets every piece that has become full. */
  push(samples: Float32Array, give: (piece: Int16Array<ArrayBuffer>) => void): void {
    for (const value of samples) this.ring[this.written++ & (RING - 1)] = value;
    while (this.place + this.sinc.half < this.written) {
      const value = Math.max(-1, Math.min(1, this.sinc.at(this.ring, this.place)));
      this.place += this.step;
      this.piece[this.filled++] = Math.round(value * 32767);
      if (this.filled < this.size) continue;
      const full = this.piece;
      this.piece = new Int16Array(this.size);
      this.filled = 0;
      give(full);
    }
  }
}
