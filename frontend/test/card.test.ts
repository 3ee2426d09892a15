import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HoldSlayerCard } from "../src/card";
import type { CardConfig, Hass } from "../src/ha";
import type { Account, Line, Message } from "../src/model";
import type { HoldSlayerRecording } from "../src/recording";
import { phone } from "../src/phone";
import { fetchStrings } from "../src/strings";
import { call, TABLE } from "./fixtures";

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

  async submit(selector: string, values: Record<string, string>): Promise<void> {
    const form = this.root.querySelector<HTMLFormElement>(selector);
    if (!form) throw new Error(`no ${selector}`);
    for (const [name, value] of Object.entries(values)) {
      const field = form.querySelector<HTMLInputElement>(`[name=${name}]`);
      if (!field) throw new Error(`no ${name}`);
      field.value = value;
    }
    form.dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
    await this.card.updateComplete;
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

  it("releases facts by their names, to the account that has them", async () => {
    const stage = new Stage();
    const second: Account = { ...account, entry_id: "e2", title: "Second", contacts: [], facts: ["pin"] };
    const text = await stage.show(snapshot({ accounts: [{ ...account, facts: ["account_number", "pin"] }, second] }));
    expect(text).toContain("May be told to the company account number pin");
    for (const box of stage.root.querySelectorAll<HTMLInputElement>("[type=checkbox]")) box.dispatchEvent(new Event("change"));
    await stage.card.updateComplete;
    const list = stage.root.querySelector("select");
    if (!list) throw new Error("no accounts");
    list.value = "e2";
    list.dispatchEvent(new Event("change"));
    await stage.card.updateComplete;
    await stage.submit("form", { number: "5551", goal: "help" });
    const wanted = { config_entry_id: "e2", number: "5551", goal: "help", facts: ["pin"] };
    expect(stage.callService).toHaveBeenLastCalledWith("hold_slayer", "call", wanted);
    await stage.press("Acme Bank");
    expect(stage.callService, "once told is enough").toHaveBeenLastCalledWith("hold_slayer", "call", {
      config_entry_id: "e1",
      contact: "Acme Bank",
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
    expect(stage.callWS).toHaveBeenCalledWith({ type: "hold_slayer/calls/get", call_id: "c1", language: "en" });
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
    const key = { id: 2, at_s: 13, kind: "key_pressed", speaker: "agent" as const, text: "1", data: { digits: "1", why: "it fits best" } };
    const text = await stage.show(
      snapshot({ calls: [call()] }),
      { kind: "transcript", call_id: "c1", line },
      { kind: "transcript", call_id: "c1", line: key },
    );
    expect(text).toContain("<img src=x> press one");
    expect(text).toContain("Pressed 1 it fits best");
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
    await stage.press("Connect to");
    await stage.press("Mobile");
    expect(stage.callService).toHaveBeenLastCalledWith("hold_slayer", "transfer", { ...ids, target: "Mobile" });
    await stage.press("Connect to");
    await stage.submit(".panel form", { text: " sip:me@example.com " });
    expect(stage.callService).toHaveBeenLastCalledWith("hold_slayer", "transfer", { ...ids, target: "sip:me@example.com" });
    await stage.press("Say …");
    await stage.submit("form.panel", { text: "One moment, please." });
    expect(stage.callService).toHaveBeenLastCalledWith("hold_slayer", "say", { ...ids, text: "One moment, please." });
    expect(stage.root.querySelector("form.panel"), "said and put away").toBeNull();
  });

  it("shows the menu as heard with what was chosen", async () => {
    const stage = new Stage();
    const menu = [
      { key: "1", purpose: "sales", is_chosen: false },
      { key: "2", purpose: "billing", is_chosen: true },
      { key: "", purpose: "an operator", is_chosen: false },
    ];
    await stage.show(snapshot({ calls: [call({ phase: "navigating", menu })] }));
    expect(stage.root.querySelectorAll(".menu li")).toHaveLength(3);
    expect(stage.root.querySelector(".chosen")?.textContent.replace(/\s+/g, " ").trim()).toBe("2 billing chosen");
    expect(await stage.show(snapshot({ calls: [call({ menu })] })), "on hold it is over").not.toContain("billing");
  });

  it("hints at queue, wait and line", async () => {
    const stage = new Stage();
    const text = await stage.show(
      snapshot({
        calls: [call({ queue_position: 3, estimated_wait_s: 240, quality: { step: "bad", loss_percent: 9 } })],
      }),
    );
    for (const words of ["Place 3 in line", "about 4 min left", "usually 25 min", "Bad line · 9 % lost"]) expect(text).toContain(words);
    expect(await stage.show(snapshot({ calls: [call({ quality: { step: "good", loss_percent: 0 } })] }))).toContain("Good line");
    expect(await stage.show(snapshot({ calls: [call({ phase: "connected", queue_position: 3 })] }))).not.toContain("in line");
  });

  it("is one of several", async () => {
    const stage = new Stage();
    const other = call({ call_id: "c2", entry_id: "e2", company: "Town hall", phase: "human", is_human: true });
    const second: Account = { ...account, entry_id: "e2", title: "Second" };
    const text = await stage.show(snapshot({ accounts: [account, second], calls: [call(), other] }));
    expect(text).toContain("A human is on the line");
    await stage.press("Acme Bank");
    expect(stage.text).toContain("On hold");
    expect(stage.button("Town hall").getAttribute("aria-pressed")).toBe("false");
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
    await vi.waitFor(() => {
      expect(stage.text).toContain("Stop listening");
    });
    const loud = btoa(String.fromCharCode(...Array.from({ length: 960 }, (_, index) => (index % 2 ? 0x40 : 0))));
    stage.tell({ kind: "ready", rate: 8000, subscription: 7 } as unknown as Message);
    for (let seq = 1; seq <= 16; seq++) stage.tell({ kind: "audio", seq, pcm: loud } as unknown as Message);
    await stage.card.updateComplete;
    const meter = stage.root.querySelector<HTMLElement>("[data-level=far]");
    expect(meter?.style.getPropertyValue("--level"), "6 dB below full scale").toBe("90%");
    expect(context.played).toBe(6);
    expect(stage.callWS).toHaveBeenCalledWith({ type: "hold_slayer/audio/ack", subscription: 7, seq: 16 });
    await stage.press("Stop listening");
    expect(context.close).toHaveBeenCalledOnce();
    expect(stage.root.querySelector("[data-level]")).toBeNull();
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

describe("the telephone in the browser", () => {
  const human = call({ phase: "human", is_human: true });
  const ring = { ring_id: "r1", call_id: "c1", name: "Browsers", until: 0 };
  const phones = (rings: (typeof ring)[], talks: { call_id: string; is_lost: boolean }[] = []): Message =>
    snapshot({ calls: [human], phones: [{ entry_id: "e1", rings, talks }] });

  it("rings, and can be refused", async () => {
    vi.stubGlobal("isSecureContext", true);
    vi.stubGlobal("navigator", { mediaDevices: {}, language: "en" });
    vi.stubGlobal("AudioWorkletNode", function () {
      return {};
    });
    const stage = new Stage();
    stage.callWS.mockResolvedValue(null);
    await stage.show(phones([ring]));
    expect(stage.button("Answer here").disabled).toBe(false);
    expect(stage.text, "one big button").not.toContain("Connect me");
    await stage.press("Not here");
    expect(stage.callWS).toHaveBeenCalledWith({ type: "hold_slayer/audio/decline", ring_id: "r1" });
    expect(await stage.show(phones([]))).toContain("Talk here");
    vi.unstubAllGlobals();
  });

  it("says why there is no microphone", async () => {
    vi.stubGlobal("isSecureContext", false);
    const stage = new Stage();
    expect(await stage.show(phones([ring])), "before anybody presses").toContain("open Home Assistant by https");
    expect(stage.button("Answer here").disabled).toBe(true);
    expect(await stage.show(phones([]))).not.toContain("https");
    await stage.press("Talk here");
    expect(stage.text).toContain("open Home Assistant by https");
    vi.unstubAllGlobals();
  });

  it("offers to go on where a connection broke", async () => {
    const stage = new Stage();
    const talked = { ...human, phase: "connected" };
    const text = await stage.show(
      snapshot({ calls: [talked], phones: [{ entry_id: "e1", rings: [], talks: [{ call_id: "c1", is_lost: true }] }] }),
    );
    expect(text).toContain("Go on here");
  });

  it("shows another who answers a call that this one did not ring for", async () => {
    const stage = new Stage();
    const text = await stage.show(phones([], [{ call_id: "c1", is_lost: false }]));
    expect(text).not.toContain("Answer here");
    expect(text).not.toContain("Go on here");
  });

  it("outlives the card, for Home Assistant builds dashboards anew", async () => {
    phone.talk = { call_id: "c1", isConnected: false, isMuted: false };
    const talked = snapshot({ calls: [{ ...human, phase: "connected" }] });
    const first = new Stage();
    expect(await first.show(talked)).toContain("You are put through again when it is back");
    first.card.remove();
    const second = new Stage();
    expect(await second.show(talked)).toContain("You are put through again");
    await second.press("Mute");
    expect(phone.talk.isMuted).toBe(true);
    expect(second.text).toContain("Muted");
    second.card.onLevel("near", 0.001);
    expect(second.root.querySelector<HTMLElement>("[data-level=near]")?.style.getPropertyValue("--level")).toBe("0%");
    phone.hangUp();
    await second.card.updateComplete;
    expect(second.text).not.toContain("Mute");
  });

  it("sets the page's title for a human and takes it back", async () => {
    document.title = "Overview";
    const stage = new Stage();
    await stage.show(phones([]));
    expect(document.title).toBe("A human is on the line · Acme Bank");
    await stage.show(snapshot({ calls: [{ ...human, phase: "connected" }] }));
    expect(document.title).toBe("Overview");
  });
});

describe("afterwards", () => {
  it("marks a misheard moment, after consent", async () => {
    const stage = new Stage();
    stage.callWS.mockResolvedValue({ at_s: 12.5 });
    await stage.show(snapshot({ calls: [call({ phase: "ended", ended_at: 1200, outcome: "connected", has_recording: true })] }));
    await stage.press("Misheard?");
    stage.root.querySelector("hold-slayer-recording")?.dispatchEvent(new CustomEvent("place", { detail: 12.5 }));
    await stage.card.updateComplete;
    expect(stage.button("Mark 0:12").disabled).toBe(true);
    stage.root.querySelector("[type=checkbox]")?.dispatchEvent(new Event("change"));
    await stage.card.updateComplete;
    await stage.press("Mark 0:12");
    expect(stage.callWS).toHaveBeenCalledWith({ type: "hold_slayer/calls/misheard", call_id: "c1", at_s: 12.5 });
    await vi.waitFor(() => {
      expect(stage.text).toContain("script/hold-slayer report c1 --consent");
    });
  });

  it("keeps the words in step with the recording, both ways", async () => {
    const stage = new Stage();
    const said = (id: number, at_s: number): Line => ({ id, at_s, kind: "prompt_heard", speaker: "far", text: `words ${id}`, data: {} });
    const past = call({
      phase: "ended",
      started_at: 1000,
      ended_at: 1100,
      has_recording: true,
      strip: [[0, "music"], [90, ""]],
      transcript: [said(1, 12), said(2, 40)],
    });
    await stage.show(snapshot({ calls: [past] }));
    const player = stage.root.querySelector<HoldSlayerRecording>("hold-slayer-recording");
    if (!player) throw new Error("no recording");
    const seek = vi.spyOn(player, "seek");
    player.dispatchEvent(new CustomEvent("place", { detail: 31 }));
    await stage.card.updateComplete;
    expect(stage.root.querySelector(".present")?.textContent).toContain("words 2");
    await stage.press("0:12");
    expect(seek).toHaveBeenLastCalledWith(2);
    stage.root.querySelector("hold-slayer-strip")?.dispatchEvent(new CustomEvent("seek", { detail: 45 }));
    expect(seek).toHaveBeenLastCalledWith(45);
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
    await fetchStrings(language);
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

  it("has a form, a stub and a place in the picker", async () => {
    const form = (await HoldSlayerCard.getConfigForm()) as { schema: { name: string }[]; computeLabel: (field: object) => string };
    expect(form.schema.map((field) => form.computeLabel(field))).not.toContain(undefined);
    expect(HoldSlayerCard.getStubConfig()).toEqual({});
    const entry = window.customCards?.find((each) => each.type === "hold-slayer-card");
    const hass = { entities: { "sensor.a": { platform: "hold_slayer" }, "sensor.b": { platform: "x" } } } as unknown as Hass;
    expect(entry?.getEntitySuggestion(hass, "sensor.a")).toEqual({ config: { type: "custom:hold-slayer-card" } });
    expect(entry?.getEntitySuggestion(hass, "sensor.b")).toBeNull();
  });
});
