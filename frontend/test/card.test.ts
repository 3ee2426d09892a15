import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HoldSlayerCard } from "../src/card";
import type { CardConfig, Hass } from "../src/ha";
import type { Account, Message } from "../src/model";
import { TABLE } from "../src/strings";
import { call } from "./fixtures";

const account: Account = {
  entry_id: "e1",
  title: "Line",
  state: "loaded",
  can_control: true,
  entities: {},
  registration: "registered",
  has_stt: true,
  has_tts: true,
  targets: ["Kitchen", "Mobile"],
  contacts: [
    { name: "Acme Bank", number: "+15550100", goal: "a charge", language: "", usual_wait_s: 1500, best_hour: 14 },
    { name: "Town hall", number: "5550199", goal: "", language: "", usual_wait_s: null, best_hour: null },
  ],
};
const snapshot = (changes: Partial<Extract<Message, { kind: "snapshot" }>> = {}): Message => ({
  kind: "snapshot",
  now: Date.now() / 1000,
  accounts: [account],
  calls: [],
  recent: [],
  ...changes,
});

class Stage {
  readonly card = new HoldSlayerCard();
  readonly callService = vi.fn(() => Promise.resolve());
  readonly callWS = vi.fn();
  readonly stop = vi.fn(() => Promise.resolve());
  readonly listeners = new Map<string, () => void>();
  tell: (message: Message) => void = () => undefined;

  constructor(config: Partial<CardConfig> = {}, language = "en") {
    this.card.setConfig({ type: "custom:hold-slayer-card", ...config });
    const connection = {
      subscribeMessage: vi.fn((callback: (message: Message) => void) => {
        this.tell = callback;
        return Promise.resolve(this.stop);
      }),
      addEventListener: (name: string, listener: () => void) => this.listeners.set(name, listener),
      removeEventListener: (name: string) => this.listeners.delete(name),
    };
    this.card.hass = {
      connection,
      language,
      locale: { language },
      callService: this.callService,
      callWS: this.callWS,
    } as unknown as Hass;
    document.body.append(this.card);
  }

  async show(...messages: Message[]): Promise<string> {
    messages.forEach((message) => {
      this.tell(message);
    });
    await this.card.updateComplete;
    return this.text;
  }

  get root(): ShadowRoot {
    if (!this.card.shadowRoot) throw new Error("not drawn");
    return this.card.shadowRoot;
  }

  get text(): string {
    return (this.root.querySelector("ha-card")?.textContent ?? "").replace(/\s+/g, " ").trim();
  }

  button(text: string): HTMLButtonElement {
    const found = [...this.root.querySelectorAll("button")].find(
      (each) => each.textContent.includes(text) || each.ariaLabel?.includes(text) || each.getAttribute("aria-label")?.includes(text),
    );
    if (!found) throw new Error(`no button ${text} in: ${this.text}`);
    return found;
  }

  async press(text: string): Promise<string> {
    this.button(text).click();
    await this.card.updateComplete;
    return this.text;
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"], now: 2_000_000 });
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("idle", () => {
  it("shows contacts with what is usual, and calls one", async () => {
    const stage = new Stage();
    const text = await stage.show(snapshot());
    expect(text).toContain("Acme Bank");
    expect(text).toContain("usually 25 min");
    await stage.press("Acme Bank");
    expect(stage.callService).toHaveBeenCalledWith("hold_slayer", "call", { config_entry_id: "e1", contact: "Acme Bank" });
    await stage.press("Town hall");
    expect(stage.callService).toHaveBeenLastCalledWith("hold_slayer", "call", {
      config_entry_id: "e1",
      contact: "Town hall",
      goal: "speak to a representative",
    });
  });

  it("calls a number", async () => {
    const stage = new Stage();
    await stage.show(snapshot());
    const form = stage.root.querySelector("form");
    const [number, goal] = [...(form?.querySelectorAll("input") ?? [])];
    if (!form || !number || !goal) throw new Error("no form");
    number.value = "555 0111";
    goal.value = "a refund";
    form.dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
    expect(stage.callService).toHaveBeenCalledWith("hold_slayer", "call", {
      config_entry_id: "e1",
      number: "555 0111",
      goal: "a refund",
    });
  });

  it("says what is wrong", async () => {
    const stage = new Stage();
    stage.callService.mockRejectedValueOnce({ code: "x", message: "Emergency numbers are never dialled" });
    await stage.show(snapshot());
    await stage.press("Acme Bank");
    await vi.waitFor(() => {
      expect(stage.text).toContain("That did not work: Emergency numbers are never dialled");
    });
    expect(await stage.show(snapshot({ accounts: [{ ...account, registration: "failed" }] }))).toContain("Line is not registered");
    expect(await stage.show(snapshot({ accounts: [{ ...account, has_stt: false }] }))).toContain("Without speech to text");
    expect(await stage.show(snapshot({ accounts: [{ ...account, state: "setup_retry" }] }))).toContain("Line is not running");
    expect(await stage.show(snapshot({ accounts: [] }))).toContain("Set up an account");
  });

  it("lets a guest only watch", async () => {
    const stage = new Stage();
    const text = await stage.show(snapshot({ accounts: [{ ...account, can_control: false }] }));
    expect(text).toContain("You may watch, but not call.");
    expect(stage.button("Acme Bank").disabled).toBe(true);
    expect(stage.root.querySelector("form")).toBeNull();
    const inCall = await stage.show(snapshot({ accounts: [{ ...account, can_control: false }], calls: [call()] }));
    expect(inCall).not.toContain("Hang up");
  });

  it("opens a past call and goes back", async () => {
    const stage = new Stage();
    const past = call({ phase: "ended", outcome: "connected", hold_s: 2100, sentence: "You were put through." });
    stage.callWS.mockResolvedValueOnce({ call: past });
    await stage.show(snapshot({ recent: [past] }));
    await stage.press("Put through");
    await vi.waitFor(() => {
      expect(stage.text).toContain("You were put through.");
    });
    expect(stage.callWS).toHaveBeenCalledWith({ type: "hold_slayer/calls/get", call_id: "c1" });
    expect(stage.text).toContain("10 min longer than usual");
    expect(await stage.press("Back")).toContain("Call and wait");
  });

  it("hides what is not wanted", async () => {
    const stage = new Stage({ hide_contacts: true, hide_form: true, hide_recent: true, title: "Phone" });
    expect(await stage.show(snapshot())).toBe("Phone");
  });

  it("can be for one account", async () => {
    const stage = new Stage({ account: "e2" });
    const other: Account = { ...account, entry_id: "e2", title: "Second", contacts: [] };
    expect(await stage.show(snapshot({ accounts: [account, other], calls: [call()] }))).not.toContain("Acme Bank");
  });
});

describe("a call", () => {
  it("has a running clock", async () => {
    const stage = new Stage();
    const now = Date.now() / 1000;
    expect(await stage.show(snapshot({ calls: [call({ hold_started_at: now - 60, hold_s: 0 })] }))).toContain("1:00");
    vi.advanceTimersByTime(5000);
    await stage.card.updateComplete;
    expect(stage.text).toContain("1:05");
    expect(stage.text).toContain("On hold");
  });

  it("goes by the server's clock", async () => {
    const stage = new Stage();
    const now = Date.now() / 1000 + 3600;
    expect(await stage.show(snapshot({ now, calls: [call({ hold_started_at: now - 60, hold_s: 0 })] }))).toContain("1:00");
  });

  it("tells what was said as text, never as markup", async () => {
    const stage = new Stage();
    const line = { id: 1, at_s: 12, kind: "prompt_heard", speaker: "far" as const, text: "<img src=x> press one", data: {} };
    const key = { id: 2, at_s: 13, kind: "key_pressed", speaker: "agent" as const, text: "1", data: { digits: "1" } };
    const text = await stage.show(
      snapshot({ calls: [call()] }),
      { kind: "transcript", call_id: "c1", line },
      { kind: "transcript", call_id: "c1", line: key },
    );
    expect(text).toContain("<img src=x> press one");
    expect(text).toContain("Pressed 1");
    expect(stage.root.querySelector("img")).toBeNull();
  });

  it("is steered", async () => {
    const stage = new Stage();
    await stage.show(snapshot({ calls: [call()] }));
    const ids = { config_entry_id: "e1", call_id: "c1" };
    await stage.press("Connect me");
    expect(stage.callService).toHaveBeenLastCalledWith("hold_slayer", "transfer", ids);
    await stage.press("Keypad");
    await stage.press("Key 5");
    expect(stage.callService).toHaveBeenLastCalledWith("hold_slayer", "send_dtmf", { ...ids, digits: "5" });
    const list = stage.root.querySelector("select");
    if (!list) throw new Error("no targets");
    list.value = "Mobile";
    list.dispatchEvent(new Event("change"));
    expect(stage.callService).toHaveBeenLastCalledWith("hold_slayer", "transfer", { ...ids, target: "Mobile" });
  });

  it("asks the user what the line asks for", async () => {
    const stage = new Stage();
    const asked = { question_id: 3, fact: "account_number", text: "Please enter your account number.", deadline: Date.now() / 1000 + 40 };
    const text = await stage.show(snapshot({ calls: [call({ phase: "navigating", question: asked })] }));
    expect(text).toContain("The line asks for: account number");
    expect(text).toContain("40 s left");
    const form = stage.root.querySelector<HTMLFormElement>("form.question");
    const field = form?.querySelector("input");
    if (!form || !field) throw new Error("no question");
    field.value = "12345678";
    form.dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
    const ids = { config_entry_id: "e1", call_id: "c1", question_id: 3 };
    expect(stage.callService).toHaveBeenLastCalledWith("hold_slayer", "answer_question", { ...ids, answer: "12345678" });
    await stage.press("I do not have it");
    expect(stage.callService).toHaveBeenLastCalledWith("hold_slayer", "answer_question", { ...ids, decline: true });
    expect(await stage.show(snapshot({ calls: [call({ question: null })] }))).not.toContain("The line asks for");
  });

  it.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
  ])("has its recording afterwards: %s, may be heard: %s", async (has_recording, can_control, isThere) => {
    const stage = new Stage();
    const ended = call({ phase: "ended", ended_at: 1200, outcome: "connected", has_recording });
    await stage.show(snapshot({ accounts: [{ ...account, can_control }], calls: [ended] }));
    const player = stage.root.querySelector("hold-slayer-recording");
    expect(player !== null).toBe(isThere);
    if (isThere) expect(player?.shadowRoot?.textContent).toContain("Recording");
  });

  it("can be listened to", async () => {
    const context = {
      currentTime: 0,
      state: "running",
      destination: {},
      played: 0,
      createBuffer: () => ({ copyToChannel: () => undefined }),
      createBufferSource: () => ({ connect: () => undefined, start: () => (context.played += 1) }),
      close: vi.fn(() => Promise.resolve((context.state = "closed"))),
    };
    vi.stubGlobal("AudioContext", function () {
      return context;
    });
    const stage = new Stage();
    stage.callWS.mockResolvedValue(null);
    await stage.show(snapshot({ calls: [call()] }));
    await stage.press("Listen");
    const loud = btoa(String.fromCharCode(...Array.from({ length: 960 }, (_, index) => (index % 2 ? 0x40 : 0))));
    stage.tell({ kind: "ready", rate: 8000, subscription: 7 } as unknown as Message);
    for (let seq = 1; seq <= 16; seq++) stage.tell({ kind: "audio", seq, pcm: loud } as unknown as Message);
    await stage.card.updateComplete;
    expect(stage.root.querySelector("meter")?.value).toBeCloseTo(0.5);
    expect(context.played).toBe(6);
    expect(stage.callWS).toHaveBeenCalledWith({ type: "hold_slayer/audio/ack", subscription: 7, seq: 16 });
    await stage.press("Stop listening");
    expect(context.close).toHaveBeenCalledOnce();
    expect(stage.root.querySelector("meter")).toBeNull();
    vi.unstubAllGlobals();
  });

  it("is ended only after a second thought", async () => {
    const stage = new Stage();
    await stage.show(snapshot({ calls: [call()] }));
    await stage.press("Hang up");
    expect(stage.callService).not.toHaveBeenCalled();
    expect(await stage.press("No")).toContain("Connect me");
    await stage.press("Hang up");
    await stage.press("Yes, hang up");
    expect(stage.callService).toHaveBeenCalledWith("hold_slayer", "hang_up", { config_entry_id: "e1", call_id: "c1" });
  });

  it("shouts when a human answers", async () => {
    const stage = new Stage();
    const text = await stage.show(snapshot({ calls: [call({ phase: "human", is_human: true })] }));
    expect(text).toContain("A human is on the line");
    expect(stage.root.querySelector("ha-card")?.className).toBe("human");
    expect(stage.root.querySelector("[role=alert]")).not.toBeNull();
    const ringing = call({ phase: "transferring", is_human: true, target: "Kitchen" });
    expect(await stage.show(snapshot({ calls: [ringing] }))).toContain("Pick up: Kitchen is ringing");
    expect(await stage.show(snapshot({ calls: [{ ...ringing, phase: "connected" }] }))).toContain("Connected");
    expect(stage.root.querySelector("ha-card")?.className).toBe("");
    await stage.press("Wait again");
    expect(stage.callService).toHaveBeenLastCalledWith("hold_slayer", "resume_waiting", { config_entry_id: "e1", call_id: "c1" });
  });

  it("ends with a summary that can be put away", async () => {
    const stage = new Stage();
    const over = call({ phase: "ended", outcome: "closed", sentence: "They are closed.", hold_s: 0 });
    expect(await stage.show(snapshot({ calls: [over] }))).toContain("They are closed.");
    await stage.press("Call again");
    expect(stage.callService).toHaveBeenCalledWith("hold_slayer", "call", {
      config_entry_id: "e1",
      contact: "Acme Bank",
      goal: "a charge",
    });
    expect(stage.text).toContain("Call and wait");
  });
});

describe("the connection", () => {
  it("is told when it is lost, and everything is there again afterwards", async () => {
    const stage = new Stage();
    await stage.show(snapshot({ calls: [call()] }));
    stage.listeners.get("disconnected")?.();
    await stage.card.updateComplete;
    expect(stage.text).toContain("Connection lost");
    expect(await stage.show(snapshot({ calls: [call({ phase: "human", is_human: true })] }))).toContain("A human is on the line");
    expect(stage.text).not.toContain("Connection lost");
  });

  it("ends with the card", async () => {
    const stage = new Stage();
    await stage.show(snapshot());
    stage.card.remove();
    await vi.waitFor(() => {
      expect(stage.stop).toHaveBeenCalledOnce();
    });
    expect(stage.listeners.size).toBe(0);
  });

  it("is not used for the preview", async () => {
    const card = new HoldSlayerCard();
    card.preview = true;
    card.setConfig({ type: "custom:hold-slayer-card" });
    document.body.append(card);
    await card.updateComplete;
    expect(card.shadowRoot?.textContent).toContain("On hold");
  });
});

describe("manners", () => {
  it.each(Object.keys(TABLE))("speaks %s", async (language) => {
    const stage = new Stage({}, language);
    const table = TABLE[language];
    expect(await stage.show(snapshot({ calls: [call()] }))).toContain(table?.phase.on_hold);
  });

  it("refuses a configuration that is none", () => {
    const card = new HoldSlayerCard();
    expect(() => {
      card.setConfig({ type: "x", title: 5 } as unknown as CardConfig);
    }).toThrow("title");
  });

  it("has a form, a stub and a place in the picker", () => {
    const form = HoldSlayerCard.getConfigForm() as { schema: { name: string }[]; computeLabel: (field: object) => string };
    expect(form.schema.map((field) => form.computeLabel(field))).not.toContain(undefined);
    expect(HoldSlayerCard.getStubConfig()).toEqual({});
    const entry = window.customCards?.find((each) => each.type === "hold-slayer-card");
    const hass = { entities: { "sensor.a": { platform: "hold_slayer" }, "sensor.b": { platform: "x" } } } as unknown as Hass;
    expect(entry?.getEntitySuggestion(hass, "sensor.a")).toEqual({ config: { type: "custom:hold-slayer-card" } });
    expect(entry?.getEntitySuggestion(hass, "sensor.b")).toBeNull();
  });
});
