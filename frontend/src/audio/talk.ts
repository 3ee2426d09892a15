// The browser as a telephone: microphone up, the company's side down, over Home Assistant's own websocket (docs/websocket.md).
import type { Hass } from "../ha";
import type { Obstacle } from "../load";
import { frame, fromBase64, rms } from "./pcm";
import type { PlayoutStats } from "./playout";


/** Taking a ring, talking in a call without one, or going on after the connection broke. */
export interface Wish {
  call_id: string;
  ring_id?: string;
}

export interface TalkEvents {
  /** Loudness of both sides, 0 to 1, some 20 times a second. */
  onLevels: (near: number, far: number) => void;
  /** False: the connection broke; the talk goes on when it is back in time. */
  onConnected: (isConnected: boolean) => void;
  /** It is over; `error`: as Home Assistant or the browser has it, nothing at a regular end. */
  onEnd: (error?: unknown) => void;
}

type Piece =
  | { kind: "ready"; rate: number; handler: number; subscription: number }
  | { kind: "audio"; seq: number; pcm: string }
  | { kind: "ended"; reason: string };

/** The company's side sends always, silence too: nothing for so long means that the connection is dead, though nobody has said so. */
const DEAD_MS = 5000;
/** More than so much on its way out means a line that is too slow: what the microphone says then is left out, bytes. */
const MOST_WAITING = 6_000;

export class TalkError extends Error {
  constructor(readonly obstacle: Obstacle) {
    super(obstacle);
  }
}

async function microphone(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name === "NotAllowedError" || name === "SecurityError") throw new TalkError("denied");
    if (name === "NotFoundError" || name === "OverconstrainedError") throw new TalkError("no_microphone");
    if (name === "NotReadableError" || name === "AbortError") throw new TalkError("busy");
    throw error;
  }
}

/** One talk. Begin it in a click: browsers give neither sound nor microphone otherwise. */
export class Talker {
  isMuted = false;
  /** How the far side's buffer does; for those who measure. */
  stats?: PlayoutStats;
  /** Where the far side can be listened in on before the loudspeaker; for those who measure. */
  readonly context: AudioContext;
  private near = 0;
  private far = 0;
  private heard = 0;
  /** Nothing while the server takes no frames. */
  private handler?: number;
  private subscription?: number;
  private playout?: AudioWorkletNode;
  private stop?: () => Promise<void>;
  private isOver = false;
  private heardAt = 0;
  private readonly watch = setInterval(() => {
    if (this.handler !== undefined && Date.now() - this.heardAt > DEAD_MS) this.hass.connection.reconnect(true);
  }, 1000);

  private constructor(
    private readonly hass: Hass,
    private readonly wish: Wish,
    private readonly events: TalkEvents,
    readonly stream: MediaStream,
  ) {
    this.context = new AudioContext({ latencyHint: "interactive" });
    hass.connection.addEventListener("disconnected", this.onLost);
    hass.connection.addEventListener("ready", this.onFound);
  }

  /**
   * The microphone first: a ring is not taken by somebody who then cannot talk.
   *
   * Throws a TalkError, or what Home Assistant says (somebody else was first, no right).
   */
  static async begin(hass: Hass, wish: Wish, worklet: string, events: TalkEvents): Promise<Talker> {
    const talker = new Talker(hass, wish, events, await microphone());
    try {
      await talker.context.audioWorklet.addModule(worklet);
      await talker.connect(wish);
    } catch (error) {
      await talker.close();
      throw error;
    }
    return talker;
  }

  private async connect(wish: Wish): Promise<void> {
    const stop = await this.hass.connection.subscribeMessage<Piece>(
      (piece) => {
        this.take(piece);
      },
      { type: "hold_slayer/audio/talk", ...wish },
      // The client would take up a ring that is long over.
      { resubscribe: false },
    );
    this.stop = stop;
    if (this.isOver) await this.close();
  }

  private take(piece: Piece): void {
    if (this.isOver) return;
    switch (piece.kind) {
      case "ready":
        ({ handler: this.handler, subscription: this.subscription } = piece);
        this.heard = 0;
        this.heardAt = Date.now();
        if (!this.playout) this.wire(piece.rate);
        this.events.onConnected(true);
        return;
      case "audio": {
        const pcm = fromBase64(piece.pcm);
        this.heard = piece.seq;
        this.heardAt = Date.now();
        this.playout?.port.postMessage(pcm, [pcm.buffer]);
        return;
      }
      case "ended":
        this.subscription = undefined;
        void this.close();
        this.events.onEnd();
    }
  }

  private wire(rate: number): void {
    const { context } = this;
    const options = { processorOptions: { rate } };
    const capture = new AudioWorkletNode(context, "hold-slayer-capture", { ...options, numberOfOutputs: 0 });
    capture.port.onmessage = (event: MessageEvent<Int16Array>) => {
      // Muted is silence, not a hole: the line's beat goes on.
      if (this.isMuted) event.data.fill(0);
      this.near = rms(event.data) / 32768;
      this.send(event.data);
    };
    context.createMediaStreamSource(this.stream).connect(capture);
    this.playout = new AudioWorkletNode(context, "hold-slayer-playout", {
      ...options,
      numberOfInputs: 0,
      outputChannelCount: [1],
    });
    this.playout.port.onmessage = (event: MessageEvent<PlayoutStats & { level: number }>) => {
      this.stats = event.data;
      this.far = event.data.level;
      this.events.onLevels(this.near, this.far);
    };
    this.playout.connect(context.destination);
  }

  /** The last node before the loudspeaker. */
  get output(): AudioNode | undefined {
    return this.playout;
  }

  private send(pcm: Int16Array): void {
    const { socket } = this.hass.connection;
    if (this.handler === undefined || socket?.readyState !== WebSocket.OPEN || socket.bufferedAmount > MOST_WAITING) return;
    socket.send(frame(this.handler, this.heard, pcm));
  }

  mute(isMuted: boolean): void {
    this.isMuted = isMuted;
    this.near = 0;
    // The browser's own sign that nothing is recorded goes out too.
    for (const track of this.stream.getAudioTracks()) track.enabled = !isMuted;
  }

  private readonly onLost = (): void => {
    this.handler = this.subscription = undefined;
    this.stop = undefined;
    this.events.onConnected(false);
  };

  private readonly onFound = (): void => {
    if (this.isOver || this.handler !== undefined) return;
    this.connect({ call_id: this.wish.call_id }).catch((error: unknown) => {
      void this.close();
      this.events.onEnd(error);
    });
  };

  /** Hang up here. */
  async close(): Promise<void> {
    const { stop, subscription } = this;
    this.isOver = true;
    clearInterval(this.watch);
    this.subscription = undefined;
    // Said first and at once, also by a page that goes away: else the company would wait for us to come back.
    if (subscription !== undefined) {
      void this.hass.callWS({ type: "hold_slayer/audio/leave", subscription }).catch(() => undefined);
    }
    this.stop = undefined;
    // Frames after the end of the subscription would be for nobody: Home Assistant logs each as an error.
    this.handler = undefined;
    this.hass.connection.removeEventListener("disconnected", this.onLost);
    this.hass.connection.removeEventListener("ready", this.onFound);
    for (const track of this.stream.getTracks()) track.stop();
    if (this.context.state !== "closed") await this.context.close();
    // A connection that is gone has no subscription to end.
    await stop?.().catch(() => undefined);
  }
}
