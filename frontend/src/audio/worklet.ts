// Runs on the browser's audio thread; loaded by its address (talk.ts).
import { Capture } from "./capture";
import { Playout } from "./playout";

declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: unknown): void;

interface Options {
  processorOptions: { rate: number };
}

/** Blocks of 128 samples between two reports: about 50 ms. */
const REPORT_EVERY = 18;

class CaptureProcessor extends AudioWorkletProcessor {
  private readonly capture: Capture;

  constructor(options: Options) {
    super();
    this.capture = new Capture(sampleRate, options.processorOptions.rate);
  }

  process(inputs: Float32Array[][]): boolean {
    const samples = inputs[0]?.[0];
    if (samples) {
      this.capture.push(samples, (piece) => {
        this.port.postMessage(piece, [piece.buffer]);
      });
    }
    return true;
  }
}

class PlayoutProcessor extends AudioWorkletProcessor {
  private readonly playout: Playout;
  private blocks = 0;
  private energy = 0;

  constructor(options: Options) {
    super();
    this.playout = new Playout(options.processorOptions.rate, sampleRate);
    this.port.onmessage = (event: MessageEvent<Int16Array>) => {
      this.playout.push(event.data);
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const out = outputs[0]?.[0];
    if (!out) return true;
    this.playout.pull(out);
    for (const value of out) this.energy += value * value;
    if (++this.blocks === REPORT_EVERY) {
      this.port.postMessage({ level: Math.sqrt(this.energy / (REPORT_EVERY * out.length)), ...this.playout.stats });
      this.blocks = this.energy = 0;
    }
    return true;
  }
}

registerProcessor("hold-slayer-capture", CaptureProcessor);
registerProcessor("hold-slayer-playout", PlayoutProcessor);
