// Plays the company's side of a call. Pieces are scheduled one after another on the audio clock; that works without a secure context too.
import type { Hass } from "../ha";
import { fromBase64, rms } from "./pcm";

type Piece =
  | { kind: "ready"; rate: number; subscription: number }
  | { kind: "audio"; seq: number; pcm: string }
  | { kind: "ended" };

/** So much is kept ahead of the loudspeaker, seconds: a network's hiccup is not heard. */
const AHEAD_S = 0.08;
/** More than that waits: something was late, and what came with it is left out. */
const MOST_AHEAD_S = 0.4;
const ACK_EVERY = 16;

/** One listener: make it in a click, or browsers stay silent. */
export class Listener {
  private readonly context = new AudioContext();
  private next = 0;
  private rate = 8000;
  private subscription = 0;
  private stop?: Promise<() => Promise<void>>;

  /** `onLevel` gets the loudness of each piece, 0 to 1; `onEnd` is called when there is nothing more to hear, with the reason if it is an error. */
  constructor(
    private readonly hass: Hass,
    callId: string,
    private readonly onLevel: (level: number) => void,
    private readonly onEnd: (error?: unknown) => void,
  ) {
    this.stop = hass.connection.subscribeMessage<Piece>(
      (piece) => {
        this.take(piece);
      },
      { type: "hold_slayer/audio/listen", call_id: callId },
      // After a reconnect the user presses again: the call may be another one by then.
      { resubscribe: false },
    );
    this.stop.catch((error: unknown) => {
      this.close();
      onEnd(error);
    });
  }

  private take(piece: Piece): void {
    switch (piece.kind) {
      case "ready":
        ({ rate: this.rate, subscription: this.subscription } = piece);
        return;
      case "audio":
        this.play(Float32Array.from(fromBase64(piece.pcm), (value) => value / 32768));
        if (piece.seq % ACK_EVERY === 0) this.ack(piece.seq);
        return;
      case "ended":
        this.close();
        this.onEnd();
    }
  }

  private ack(seq: number): void {
    // A connection that broke meanwhile has nothing to be told.
    void this.hass.callWS({ type: "hold_slayer/audio/ack", subscription: this.subscription, seq }).catch(() => undefined);
  }

  private play(audio: Float32Array<ArrayBuffer>): void {
    this.onLevel(rms(audio));
    const now = this.context.currentTime;
    if (this.next > now + MOST_AHEAD_S) return;
    if (this.next <= now) this.next = now + AHEAD_S;
    const buffer = this.context.createBuffer(1, audio.length, this.rate);
    buffer.copyToChannel(audio, 0);
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.context.destination);
    source.start(this.next);
    this.next += audio.length / this.rate;
  }

  /** Be silent. */
  close(): void {
    const { stop } = this;
    this.stop = undefined;
    // A subscription that failed, or whose connection is gone, needs no end.
    stop?.then((end) => end()).catch(() => undefined);
    if (this.context.state !== "closed") void this.context.close();
  }
}
