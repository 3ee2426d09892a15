import { afterEach, describe, expect, it, vi } from "vitest";
import type { Hass } from "../src/ha";
import { HoldSlayerRecording, outline } from "../src/recording";
import { strings } from "../src/strings";
import { TABLE } from "./fixtures";

class Stage {
  readonly element = new HoldSlayerRecording();
  readonly callWS = vi.fn();

  constructor() {
    this.element.hass = { callWS: this.callWS } as unknown as Hass;
    this.element.callId = "c1";
    this.element.texts = strings("en");
    document.body.append(this.element);
  }

  get root(): ShadowRoot {
    if (!this.element.shadowRoot) throw new Error("not drawn");
    return this.element.shadowRoot;
  }

  async drawn(): Promise<string> {
    for (let turn = 0; turn < 4; turn++) await this.element.updateComplete;
    return this.root.textContent.replaceAll(/\s+/g, " ").trim();
  }

  async press(text: string): Promise<string> {
    await this.drawn();
    const button = [...this.root.querySelectorAll("button")].find((each) => each.textContent.trim() === text);
    if (!button) throw new Error(`no button ${text}`);
    button.click();
    await new Promise((resolve) => setTimeout(resolve));
    return this.drawn();
  }
}

const URL = "/api/hold_slayer/recording/e1/c1?authSig=x";
const PEAKS = { duration_s: 10, peaks: { far: [0, 0], mixed: [255, 0, 128] } };

afterEach(() => {
  document.body.replaceChildren();
});

describe("a recording", () => {
  it("is asked for only when somebody wants it", async () => {
    const stage = new Stage();
    await stage.drawn();
    expect(stage.callWS).not.toHaveBeenCalled();
    expect(stage.root.querySelector("audio")).toBeNull();
    stage.callWS.mockResolvedValueOnce({ url: URL }).mockResolvedValueOnce(PEAKS);
    await stage.press("Recording");
    expect(stage.callWS.mock.calls).toEqual([
      [{ type: "hold_slayer/recording/url", call_id: "c1" }],
      [{ type: "hold_slayer/recording/peaks", call_id: "c1", bins: 200 }],
    ]);
    expect(stage.root.querySelector("audio")?.getAttribute("src")).toBe(URL);
    expect(stage.root.querySelector("svg")?.getAttribute("viewBox")).toBe("0 0 3 40");
    expect(stage.root.querySelector("path")?.getAttribute("d")).toBe(outline([255, 0, 128]));
  });

  it("can be jumped in by its loudness, which follows what is played", async () => {
    const stage = new Stage();
    stage.callWS.mockResolvedValueOnce({ url: URL }).mockResolvedValueOnce(PEAKS);
    await stage.press("Recording");
    const player = stage.root.querySelector("audio");
    const wave = stage.root.querySelector(".wave");
    if (!player || !wave) throw new Error("not drawn");
    let time = 0;
    Object.defineProperty(player, "currentTime", { get: () => time, set: (value: number) => (time = value) });
    wave.getBoundingClientRect = () => ({ left: 100, width: 200 }) as DOMRect;
    for (const [x, expected] of [[150, 2.5], [90, 0], [400, 10]] as const) {
      wave.dispatchEvent(new MouseEvent("click", { clientX: x }));
      expect(time).toBe(expected);
    }
    time = 5;
    player.dispatchEvent(new Event("timeupdate"));
    await stage.drawn();
    expect(Number(stage.root.querySelector("rect")?.getAttribute("width"))).toBeCloseTo(1.5);
  });

  it("plays without its loudness, and says what is wrong", async () => {
    const stage = new Stage();
    stage.callWS.mockRejectedValueOnce({ message: "no such recording" });
    expect(await stage.press("Recording")).toContain("no such recording");
    expect(stage.root.querySelector("audio")).toBeNull();
    stage.callWS.mockResolvedValueOnce({ url: URL }).mockRejectedValueOnce(3);
    expect(await stage.press("Recording")).toContain("3");
    expect(stage.root.querySelector("audio")).not.toBeNull();
    expect(stage.root.querySelector(".wave")).toBeNull();
  });

  it("is deleted after a second thought", async () => {
    const stage = new Stage();
    stage.callWS.mockResolvedValueOnce({ url: URL }).mockResolvedValueOnce({ duration_s: 0, peaks: { mixed: [] } });
    await stage.press("Recording");
    await stage.press("Delete the recording");
    await stage.press(strings("en").no);
    expect(stage.callWS).toHaveBeenCalledTimes(2);
    await stage.press("Delete the recording");
    stage.callWS.mockRejectedValueOnce({ message: "denied" });
    expect(await stage.press("Yes, delete")).toContain("denied");
    await stage.press("Delete the recording");
    stage.callWS.mockResolvedValueOnce(null);
    expect(await stage.press("Yes, delete")).toBe("The recording is deleted.");
    expect(stage.callWS).toHaveBeenLastCalledWith({ type: "hold_slayer/recording/delete", call_id: "c1" });
  });

  it("of another call begins anew, whatever was under way", async () => {
    const stage = new Stage();
    let answer: (value: unknown) => void = () => undefined;
    stage.callWS.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    await stage.press("Recording");
    stage.element.callId = "c2";
    answer({ url: URL });
    await stage.drawn();
    expect(stage.root.querySelector("audio")).toBeNull();
    expect(stage.callWS).toHaveBeenCalledTimes(1);
  });

  it("has texts in every language", () => {
    for (const texts of Object.values(TABLE)) {
      const ours = [texts.recording, texts.recording_delete, texts.recording_really, texts.recording_gone];
      expect(new Set(ours).size).toBe(4);
    }
  });
});

describe("the outline", () => {
  it("is as high as it is loud, and never nothing", () => {
    expect(outline([255, 0])).toBe("M0.5 0V40M1.5 19.5V20.5");
  });
});
