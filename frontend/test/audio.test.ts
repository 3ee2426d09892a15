import { describe, expect, it } from "vitest";
import { Capture } from "../src/audio/capture";
import { frame, fromBase64, rms } from "../src/audio/pcm";
import { Playout } from "../src/audio/playout";

const RATE = 48_000;
const LINE = 8_000;

/** How much of a sine of `hertz` is in the samples, 0 to its amplitude (Goertzel). */
function amplitude(samples: ArrayLike<number>, rate: number, hertz: number): number {
  let [re, im] = [0, 0];
  for (let index = 0; index < samples.length; index++) {
    const angle = (2 * Math.PI * hertz * index) / rate;
    re += (samples[index] ?? 0) * Math.cos(angle);
    im += (samples[index] ?? 0) * Math.sin(angle);
  }
  return (2 * Math.hypot(re, im)) / samples.length;
}

const sine = (hertz: number, rate: number, length: number, start = 0): Float32Array =>
  Float32Array.from({ length }, (_, index) => 0.5 * Math.sin((2 * Math.PI * hertz * (start + index)) / rate));

const pieceOf = (samples: Float32Array): Int16Array => Int16Array.from(samples, (value) => Math.round(value * 32767));

function captured(hertz: number, rate: number, seconds = 1): Int16Array[] {
  const capture = new Capture(rate, LINE);
  const pieces: Int16Array[] = [];
  for (let start = 0; start + 128 <= seconds * rate; start += 128) {
    capture.push(sine(hertz, rate, 128, start), (piece) => pieces.push(piece));
  }
  return pieces;
}

/** Plays pieces that arrive at the given times, seconds; what the loudspeaker got. */
class Speaker {
  readonly playout = new Playout(LINE, RATE);
  readonly out: number[] = [];
  private sent = 0;

  constructor(readonly hertz = 1000) {}

  arrive(pieces = 1): void {
    for (let piece = 0; piece < pieces; piece++) {
      this.playout.push(pieceOf(sine(this.hertz, LINE, 160, this.sent)));
      this.sent += 160;
    }
  }

  /** So many milliseconds, a piece each 20 ms unless `isCut`. */
  run(ms: number, isCut = false): void {
    const block = new Float32Array(128);
    const blocks = Math.round((ms * RATE) / 1000 / 128);
    for (let index = 0; index < blocks; index++) {
      const due = Math.floor(((index + 1) * 128) / (RATE / 50)) - Math.floor((index * 128) / (RATE / 50));
      if (!isCut) this.arrive(due);
      this.playout.pull(block);
      this.out.push(...block);
    }
  }
}

describe("the microphone's pieces", () => {
  it.each([44_100, 48_000, 96_000, 16_000, 8_000])("are 20 ms at the line's rate, from %i Hz", (rate) => {
    const pieces = captured(1000, rate);
    expect(pieces.every((piece) => piece.length === 160)).toBe(true);
    expect(pieces.length).toBeGreaterThanOrEqual(49);
    const whole = Float32Array.from(pieces.slice(5, 45).flatMap((piece) => [...piece]), (value) => value / 32768);
    expect(amplitude(whole, LINE, 1000)).toBeCloseTo(0.5, 2);
  });

  it("have nothing of what the line cannot carry", () => {
    const whole = captured(6000, 48_000).slice(5).flatMap((piece) => [...piece]);
    expect(amplitude(whole, LINE, 2000) / 32768, "6 kHz would come as 2 kHz").toBeLessThan(0.005);
  });

  it("do not turn over when too loud", () => {
    const capture = new Capture(8000, 8000);
    const pieces: Int16Array[] = [];
    capture.push(new Float32Array(480).fill(3), (piece) => pieces.push(piece));
    expect(Math.min(...(pieces[1] ?? []))).toBe(32767);
  });
});

describe("what is heard", () => {
  it("comes at the right pitch, without images, some 60 ms late", () => {
    const speaker = new Speaker();
    speaker.run(3000);
    const steady = speaker.out.slice(RATE);
    expect(amplitude(steady.slice(0, RATE), RATE, 1000)).toBeCloseTo(0.5, 1);
    expect(amplitude(steady, RATE, 7000)).toBeLessThan(0.005);
    expect(speaker.playout.stats.underruns).toBe(0);
    expect(speaker.playout.stats.depth).toBeGreaterThan(0.03);
    expect(speaker.playout.stats.depth).toBeLessThan(0.09);
  });

  it("goes on after a gap, with more in hand", () => {
    const speaker = new Speaker();
    speaker.run(1000);
    const { target } = speaker.playout.stats;
    speaker.run(200, true);
    expect(rms(speaker.out.slice(-1000)), "silence, not the last sample").toBeLessThan(0.01);
    speaker.run(1000);
    expect(rms(speaker.out.slice(-9600))).toBeGreaterThan(0.3);
    expect(speaker.playout.stats.underruns).toBe(1);
    expect(speaker.playout.stats.target).toBeGreaterThan(target);
  });

  it("leaves out what comes late in a heap", () => {
    const speaker = new Speaker();
    speaker.run(1000);
    speaker.run(1500, true);
    speaker.arrive(75);
    expect(speaker.playout.stats.depth).toBeLessThan(0.25);
    expect(speaker.playout.stats.skipped).toBeGreaterThan(1);
    speaker.run(500);
    expect(rms(speaker.out.slice(-9600))).toBeGreaterThan(0.3);
  });

  it("follows a clock that runs faster", () => {
    const speaker = new Speaker();
    // A tenth of a percent: sixty pieces too many in twenty minutes.
    for (let second = 0; second < 60; second++) {
      speaker.run(1000);
      if (second % 20 === 10) speaker.arrive();
    }
    expect(speaker.playout.stats.underruns).toBe(0);
    expect(speaker.playout.stats.skipped).toBe(0);
    expect(speaker.playout.stats.depth).toBeLessThan(0.12);
  });

  it("comes down to less in hand when all is calm", () => {
    const speaker = new Speaker();
    speaker.run(1000);
    speaker.run(200, true);
    const { target } = speaker.playout.stats;
    speaker.run(30_000);
    expect(speaker.playout.stats.target).toBeLessThan(target);
    expect(speaker.playout.stats.target).toBeGreaterThanOrEqual(0.04);
  });
});

describe("pieces on their way", () => {
  it("are little-endian both ways", () => {
    expect([...fromBase64(btoa("\x01\x00\xff\xff\x00\x80"))]).toEqual([1, -1, -32768]);
    expect([...frame(7, 0x12345, Int16Array.of(1, -2))]).toEqual([7, 0x45, 0x23, 1, 0, 0xfe, 0xff]);
    expect([...frame(7, 3)]).toEqual([7, 3, 0]);
    expect(fromBase64("")).toHaveLength(0);
    expect([rms([]), rms([0.5, -0.5])]).toEqual([0, 0.5]);
  });
});
