import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Talker, type TalkEvents } from "../src/audio/talk";
import type { Hass } from "../src/ha";

interface Port {
  onmessage?: (event: { data: unknown }) => void;
  postMessage: ReturnType<typeof vi.fn>;
}

/** Home Assistant's connection, the browser's audio and microphone, as far as a talk needs them. */
class World {
  readonly sent: number[][] = [];
  readonly listeners = new Map<string, () => void>();
  readonly ports = new Map<string, Port>();
  readonly asked: Record<string, unknown>[] = [];
  readonly stopped = vi.fn(() => Promise.resolve());
  readonly track = { enabled: true, stop: vi.fn() };
  readonly events = { onLevels: vi.fn(), onConnected: vi.fn(), onEnd: vi.fn() } satisfies TalkEvents;
  readonly callWS = vi.fn(() => Promise.resolve());
  readonly socket = { readyState: 1, bufferedAmount: 0, send: (data: Uint8Array) => this.sent.push([...data]) };
  readonly reconnect = vi.fn();
  refusal?: unknown;
  tell: (piece: unknown) => void = () => undefined;

  get hass(): Hass {
    const connection = {
      socket: this.socket,
      reconnect: this.reconnect,
      addEventListener: (name: string, listener: () => void) => this.listeners.set(name, listener),
      removeEventListener: (name: string) => this.listeners.delete(name),
      subscribeMessage: (callback: (piece: unknown) => void, message: Record<string, unknown>) => {
        this.asked.push(message);
        this.tell = callback;
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as Home Assistant does
        return this.refusal === undefined ? Promise.resolve(this.stopped) : Promise.reject(this.refusal);
      },
    };
    return { connection, callWS: this.callWS } as unknown as Hass;
  }

  begin(ring?: string): Promise<Talker> {
    const wish = { call_id: "c1", ...(ring === undefined ? {} : { ring_id: ring }) };
    return Talker.begin(this.hass, wish, "worklet.js", this.events);
  }

  says(...samples: number[]): void {
    this.ports.get("hold-slayer-capture")?.onmessage?.({ data: Int16Array.from(samples) });
  }
}

let world: World;

beforeEach(() => {
  world = new World();
  vi.stubGlobal("AudioWorkletNode", function (_context: unknown, name: string) {
    const port: Port = { postMessage: vi.fn() };
    world.ports.set(name, port);
    return { port, connect: () => undefined };
  });
  vi.stubGlobal("AudioContext", function () {
    const context = {
      state: "running",
      destination: {},
      audioWorklet: { addModule: vi.fn(() => Promise.resolve()) },
      createMediaStreamSource: () => ({ connect: () => undefined }),
      close: vi.fn(() => Promise.resolve((context.state = "closed"))),
    };
    return context;
  });
  const stream = { getTracks: () => [world.track], getAudioTracks: () => [world.track] };
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: vi.fn(() => Promise.resolve(stream)) } });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const ready = { kind: "ready", rate: 8000, handler: 5, subscription: 9 };
const audio = (seq: number): unknown => ({ kind: "audio", seq, pcm: btoa("\x01\x00") });

describe("a talk", () => {
  it("takes the ring after the microphone, and goes both ways", async () => {
    await world.begin("r1");
    expect(world.asked).toEqual([{ type: "hold_slayer/audio/talk", call_id: "c1", ring_id: "r1" }]);
    world.tell(ready);
    world.tell(audio(1));
    world.says(100, -100);
    expect(world.sent).toEqual([[5, 1, 0, 100, 0, 156, 255]]);
    expect([...(world.ports.get("hold-slayer-playout")?.postMessage.mock.calls[0]?.[0] as Int16Array)]).toEqual([1]);
    world.ports.get("hold-slayer-playout")?.onmessage?.({ data: { level: 0.25, depth: 0.06 } });
    expect(world.events.onLevels).toHaveBeenLastCalledWith(100 / 32768, 0.25);
  });

  it.each([
    ["NotAllowedError", "denied"],
    ["NotFoundError", "no_microphone"],
    ["NotReadableError", "busy"],
  ])("without a microphone (%s) takes nothing", async (name, obstacle) => {
    const denied = Object.assign(new Error("x"), { name });
    vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: () => Promise.reject(denied) } });
    await expect(world.begin("r1")).rejects.toMatchObject({ obstacle });
    expect(world.asked).toEqual([]);
  });

  it("that somebody else took gives the microphone back", async () => {
    world.refusal = { code: "taken" };
    await expect(world.begin("r1")).rejects.toEqual({ code: "taken" });
    expect(world.track.stop).toHaveBeenCalledOnce();
    expect(world.listeners.size).toBe(0);
  });

  it("is silent when muted, in the line's beat", async () => {
    const talker = await world.begin();
    world.tell(ready);
    talker.mute(true);
    expect(world.track.enabled).toBe(false);
    world.says(1, 2);
    expect(world.sent).toEqual([[5, 0, 0, 0, 0, 0, 0]]);
    talker.mute(false);
    world.says(1);
    expect(world.sent.at(-1)).toEqual([5, 0, 0, 1, 0]);
    expect(world.track.enabled).toBe(true);
  });

  it("leaves out what a slow line cannot take", async () => {
    await world.begin();
    world.tell(ready);
    world.socket.bufferedAmount = 50_000;
    world.says(1);
    expect(world.sent).toEqual([]);
    world.socket.bufferedAmount = 0;
    world.says(2);
    expect(world.sent).toEqual([[5, 0, 0, 2, 0]]);
  });

  it("goes on when the connection is back", async () => {
    await world.begin("r1");
    world.tell(ready);
    world.listeners.get("disconnected")?.();
    world.says(1);
    expect(world.sent).toEqual([]);
    expect(world.events.onConnected).toHaveBeenLastCalledWith(false);
    world.listeners.get("ready")?.();
    expect(world.asked.at(-1), "the ring is over long since").toEqual({ type: "hold_slayer/audio/talk", call_id: "c1" });
    world.tell({ ...ready, handler: 6 });
    world.says(1);
    expect(world.sent).toEqual([[6, 0, 0, 1, 0]]);
    expect(world.events.onConnected).toHaveBeenLastCalledWith(true);
  });

  it("notices a connection that is dead without having been closed", async () => {
    vi.useFakeTimers();
    await world.begin();
    world.tell(ready);
    vi.advanceTimersByTime(4000);
    world.tell(audio(1));
    vi.advanceTimersByTime(4000);
    expect(world.reconnect).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2000);
    expect(world.reconnect).toHaveBeenCalledWith(true);
    world.listeners.get("disconnected")?.();
    world.reconnect.mockClear();
    vi.advanceTimersByTime(20_000);
    expect(world.reconnect, "Home Assistant's client tries by itself").not.toHaveBeenCalled();
    vi.useRealTimers();
  });

  it("ends when it is too late to come back", async () => {
    await world.begin();
    world.tell(ready);
    world.listeners.get("disconnected")?.();
    world.refusal = { code: "not_found", message: "no such call" };
    world.listeners.get("ready")?.();
    await vi.waitFor(() => {
      expect(world.events.onEnd).toHaveBeenCalledWith(world.refusal);
    });
    expect(world.track.stop).toHaveBeenCalled();
  });

  it("ends from here and from there", async () => {
    const talker = await world.begin();
    world.tell(ready);
    await talker.close();
    expect(world.callWS).toHaveBeenCalledWith({ type: "hold_slayer/audio/leave", subscription: 9 });
    expect(world.stopped).toHaveBeenCalledOnce();
    world.says(1);
    expect(world.sent).toEqual([]);
    world = new World();
    await world.begin();
    world.tell(ready);
    world.tell({ kind: "ended" });
    expect(world.events.onEnd).toHaveBeenCalledWith();
    expect(world.callWS).not.toHaveBeenCalled();
  });
});
