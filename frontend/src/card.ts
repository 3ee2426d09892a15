import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import type { Listener } from "./audio";
import { chime, HumanTitle } from "./attention";
import { demo } from "./demo";
import type { CardConfig, Hass } from "./ha";
import { loadAudio, obstacle, type Obstacle } from "./load";
import { type Account, type Call, type Message, reduce, type Ring, shownCall, type State, type Summary, type Talk } from "./model";
import { inCall } from "./parts/call";
import { ended } from "./parts/ended";
import { idle } from "./parts/idle";
import { type Holder, phone } from "./phone";
import type { HoldSlayerRecording } from "./recording";
import { fetchStrings, fill, hasStrings, type Strings, strings } from "./strings";
import { styles } from "./styles";
import { callStyles } from "./styles-call";
import type { Ui, View } from "./view";

const TAG = "hold-slayer-card";
const ICONS: Record<string, string> = { on_hold: "mdi:phone-paused", human: "mdi:account-voice", connected: "mdi:phone-in-talk" };
const CLOSED: Ui = { panel: "", zoom: 0, released: [], account: "", chosen: "", hasConsent: false };
/** Between two chimes while it rings here. */
const RING_EVERY_MS = 3000;

/** Shows and steers the calls of Hold Slayer; all its data come by one subscription (docs/websocket.md). */
export class HoldSlayerCard extends LitElement implements Holder {
  static override styles = [styles, callStyles];

  /** True in the card picker and in a dashboard's edit mode: made-up data, nothing is asked or done. */
  @property({ type: Boolean }) preview = false;
  @state() private config?: CardConfig;
  @state() private data?: State;
  @state() private error = "";
  @state() private isLost = false;
  @state() private ui = CLOSED;
  @state() private past?: Call;
  @state() private dismissed = "";
  @state() private tick = 0;
  @state() private listener?: Listener;
  @state() private obstacle?: Obstacle;

  /** The page's telephone, shared by all cards. */
  readonly phone = phone;
  private _hass?: Hass;
  private unsubscribe?: Promise<() => Promise<void>>;
  private timer?: ReturnType<typeof setInterval>;
  private announced = "";
  private rangAt = 0;
  private readonly pageTitle = new HumanTitle();

  static async getConfigForm(): Promise<unknown> {
    const { lang } = document.documentElement;
    await fetchStrings(lang);
    const texts = strings(lang);
    const flags = ["hide_contacts", "hide_form", "hide_recent", "hide_transcript", "sound"];
    return {
      schema: [
        { name: "title", selector: { text: {} } },
        { name: "account", selector: { config_entry: { integration: "hold_slayer" } } },
        ...flags.map((name) => ({ name, selector: { boolean: {} } })),
      ],
      computeLabel: (field: { name: string }) => texts.editor[field.name] ?? field.name,
      computeHelper: (field: { name: string }) => texts.editor[`${field.name}_help`],
      assertConfig: check,
    };
  }

  static getStubConfig(): Omit<CardConfig, "type"> {
    return {};
  }

  setConfig(config: CardConfig): void {
    check(config);
    this.config = config;
  }

  getCardSize(): number {
    return 6;
  }

  getGridOptions(): Record<string, number | string> {
    return { columns: 12, min_columns: 6, rows: "auto" };
  }

  @property({ attribute: false })
  set hass(hass: Hass | undefined) {
    const isNew = this._hass?.connection !== hass?.connection;
    const wasLanguage = this.language;
    this._hass = hass;
    // Home Assistant hands a new object with every change of any entity: only what matters here draws anew.
    // Sentences and reasons come in the language that was asked for.
    const isAnew = isNew || wasLanguage !== this.language;
    if (isAnew) this.connect();
    if (isAnew) this.requestUpdate();
    if (!hasStrings(this.language)) {
      void fetchStrings(this.language).then(() => {
        this.requestUpdate();
      });
    }
  }

  get hass(): Hass | undefined {
    return this._hass;
  }

  private get language(): string {
    return this._hass?.locale?.language ?? this._hass?.language ?? "en";
  }

  private get texts(): Strings {
    return strings(this.language);
  }

  /** What is shown: the account's part, if the card is for one account only. */
  private get shown(): State | undefined {
    if (this.preview) return demo(Date.now() / 1000);
    const only = this.config?.account;
    if (!this.data || !only) return this.data;
    const ours = (each: { entry_id: string }): boolean => each.entry_id === only;
    const { accounts, calls, recent, phones, skew } = this.data;
    return {
      accounts: accounts.filter(ours),
      calls: calls.filter(ours),
      recent: recent.filter(ours),
      phones: phones.filter(ours),
      skew,
    };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.connect();
    phone.hold(this);
    this.timer = setInterval(() => {
      if (this.shown?.calls.some((call) => call.phase !== "ended")) this.tick++;
    }, 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    phone.release(this);
    clearInterval(this.timer);
    this.pageTitle.restore();
    this.silence();
    this.disconnect();
  }

  private connect(): void {
    this.disconnect();
    const connection = this._hass?.connection;
    if (!connection || this.preview || !this.isConnected) return;
    connection.addEventListener("disconnected", this.onLost);
    connection.addEventListener("ready", this.onFound);
    // The client subscribes anew by itself after a reconnect; the first event is the whole picture again.
    this.unsubscribe = connection.subscribeMessage<Message>((message) => {
      this.isLost = false;
      this.data = reduce(this.data, message, Date.now() / 1000);
    }, { type: "hold_slayer/subscribe", language: this.language });
    this.unsubscribe.catch((error: unknown) => {
      this.error = words(error);
    });
  }

  private disconnect(): void {
    const { unsubscribe } = this;
    this.unsubscribe = undefined;
    this._hass?.connection.removeEventListener("disconnected", this.onLost);
    this._hass?.connection.removeEventListener("ready", this.onFound);
    // A connection that is gone has no subscription to end.
    unsubscribe?.then((stop) => stop()).catch(() => undefined);
  }

  private readonly onLost = (): void => {
    this.silence();
    this.isLost = true;
  };

  private readonly onFound = (): void => {
    this.isLost = false;
  };

  // --- sound -----------------------------------------------------------------------------------------------------

  private async listen(call: Call): Promise<void> {
    if (this.preview || !this._hass || this.listener) return;
    this.error = "";
    try {
      const audio = await loadAudio();
      this.listener = new audio.Listener(
        this._hass,
        call.call_id,
        (level) => {
          this.onLevel("far", level);
        },
        (error) => {
          this.silence();
          this.complain(error);
        },
      );
    } catch (error) {
      this.complain(error);
    }
  }

  private silence(): void {
    this.listener?.close();
    this.listener = undefined;
  }

  private async talkIn(call: Call, ring?: string): Promise<void> {
    if (this.preview || !this._hass || phone.talk) return;
    this.error = "";
    this.obstacle = obstacle();
    if (this.obstacle) return;
    this.silence();
    try {
      await phone.begin(this._hass, { call_id: call.call_id, ...(ring === undefined ? {} : { ring_id: ring }) });
    } catch (error) {
      this.obstacle = typeof error === "object" && error && "obstacle" in error ? (error.obstacle as Obstacle) : undefined;
      if (!this.obstacle) this.complain(error);
    }
  }

  onTalkChanged(): void {
    this.requestUpdate();
  }

  onTalkFailed(error: unknown): void {
    this.complain(error);
  }

  /** Levels come many times a second: they move their bar and draw nothing anew. */
  onLevel(side: "near" | "far", level: number): void {
    const bar = this.renderRoot.querySelector<HTMLElement>(`[data-level=${side}]`);
    // 60 dB up to full scale.
    const share = level > 0 ? Math.max(0, Math.min(1, 1 + (20 * Math.log10(level)) / 60)) : 0;
    bar?.style.setProperty("--level", `${Math.round(share * 100)}%`);
    bar?.setAttribute("aria-valuenow", share.toFixed(2));
  }

  // --- what is done ----------------------------------------------------------------------------------------------

  private complain(error: unknown): void {
    if (error === undefined) return;
    const { texts } = this;
    const code = typeof error === "object" && error && "code" in error ? error.code : undefined;
    // The client's own errors are numbers: the connection went away.
    if (typeof error === "number") this.error = texts.lost;
    else if (code === "taken" || code === "busy") this.error = texts[code];
    else this.error = fill(texts.failed, { error: words(error) });
  }

  private async act(action: string, data: Record<string, unknown>): Promise<void> {
    this.error = "";
    this.obstacle = undefined;
    if (this.preview) return;
    try {
      await this._hass?.callService("hold_slayer", action, data);
    } catch (error) {
      this.complain(error);
    }
  }

  private start(account: Account, data: Record<string, unknown>): void {
    this.past = undefined;
    this.dismissed = this.call?.call_id ?? "";
    this.ui = CLOSED;
    void this.act("call", { config_entry_id: account.entry_id, ...data });
  }

  private async ask(message: { type: string; [key: string]: unknown }): Promise<unknown> {
    this.error = "";
    if (this.preview) return undefined;
    try {
      return await this._hass?.callWS(message);
    } catch (error) {
      this.complain(error);
      return undefined;
    }
  }

  private async open(summary: Summary): Promise<void> {
    const { language } = this;
    const found = (await this.ask({ type: "hold_slayer/calls/get", call_id: summary.call_id, language })) as
      | { call: Call }
      | undefined;
    if (!found) return;
    this.ui = { ...CLOSED, account: this.ui.account };
    this.past = found.call;
  }

  private async report(call: Call, second: number): Promise<void> {
    const message = { type: "hold_slayer/calls/misheard", call_id: call.call_id, at_s: second };
    if (await this.ask(message)) this.ui = { ...this.ui, reported: second };
  }

  private seek(second: number): void {
    this.renderRoot.querySelector<HoldSlayerRecording>("hold-slayer-recording")?.seek(second);
  }

  // --- what is shown ---------------------------------------------------------------------------------------------

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("preview") && this.preview) this.disconnect();
    if (this.preview) return;
    const { call, ring } = this;
    const isHuman = (call?.is_human ?? false) && call?.phase !== "connected" && call?.phase !== "ended";
    this.pageTitle.show(isHuman ? `${this.texts.phase.human ?? ""} · ${call?.company || call?.number || ""}` : "");
    if (!this.config?.sound) return;
    if (call?.is_human && this.announced !== call.call_id) {
      this.announced = call.call_id;
      chime();
      this.rangAt = Date.now();
    } else if (ring && !phone.talk && Date.now() - this.rangAt >= RING_EVERY_MS) {
      this.rangAt = Date.now();
      chime();
    }
  }

  protected override updated(): void {
    // A log that grows keeps its last line in view, unless the reader has scrolled up.
    const log = this.renderRoot.querySelector<HTMLElement>(".log.live");
    if (log && log.scrollHeight - log.scrollTop - log.clientHeight < 80) log.scrollTop = log.scrollHeight;
    const present = this.renderRoot.querySelector<HTMLElement>(".log .present");
    const parent = present?.parentElement;
    if (present && parent && changedPlace(present, parent)) parent.scrollTop = present.offsetTop - parent.offsetTop - 40;
  }

  /** The ring that this card may answer. */
  private get ring(): Ring | undefined {
    return this.shown?.phones.flatMap((phone) => phone.rings)[0];
  }

  private get call(): Call | undefined {
    const shown = this.shown;
    const call = shown && shownCall(shown.calls, this.ui.chosen, phone.talk?.call_id ?? this.ring?.call_id);
    return call?.phase === "ended" && call.call_id === this.dismissed ? undefined : call;
  }

  private get view(): View {
    const { texts, language, ui, preview, shown } = this;
    const skew = shown?.skew ?? 0;
    const accountOf = (call: { entry_id: string }): Account | undefined =>
      shown?.accounts.find((account) => account.entry_id === call.entry_id);
    const isWanted = this.ring !== undefined || shown?.phones.some((phone) => phone.talks.some((each) => each.is_lost));
    return {
      texts,
      language,
      now: Date.now() / 1000 + skew,
      skew,
      hass: this._hass,
      isPreview: preview,
      hasTranscript: !this.config?.hide_transcript,
      ui,
      isListening: this.listener !== undefined,
      talk: preview ? undefined : phone.talk,
      obstacle: this.obstacle ?? (isWanted ? obstacle() : undefined),
      isPast: this.past !== undefined,
      accountOf,
      contactOf: (call) => accountOf(call)?.contacts?.find((contact) => contact.name === call.company),
      set: (changes) => {
        this.ui = { ...this.ui, ...changes };
      },
      actOn: (call, action, data = {}) => {
        if (action !== "send_dtmf") this.ui = { ...this.ui, panel: "" };
        void this.act(action, { config_entry_id: call.entry_id, call_id: call.call_id, ...data });
      },
      start: (account, data) => {
        this.start(account, data);
      },
      open: (call) => void this.open(call),
      close: (call) => {
        this.ui = CLOSED;
        if (this.past) this.past = undefined;
        else this.dismissed = call.call_id;
      },
      listen: (call) => void this.listen(call),
      silence: () => {
        this.silence();
      },
      talkIn: (call, ring) => void this.talkIn(call, ring),
      decline: (ring) => void this.ask({ type: "hold_slayer/audio/decline", ring_id: ring }),
      mute: (isMuted) => {
        phone.mute(isMuted);
      },
      report: (call, second) => void this.report(call, second),
      seek: (second) => {
        this.seek(second);
      },
    };
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.config || !hasStrings(this.language)) return nothing;
    const call = this.past ?? this.call;
    const ring = this.past ? undefined : this.ring;
    const isApart = call !== undefined && call.phase !== "ended" && call.phase !== "connected";
    const isHuman = !this.past && ((isApart && call.is_human) || (ring && call?.call_id === ring.call_id && !phone.talk));
    return html`<ha-card class=${isHuman ? "human" : ""}>
      <div class="frame"><div class="body">${this.problems()} ${this.content(call)}</div></div>
    </ha-card>`;
  }

  private content(call: Call | undefined): TemplateResult {
    const { shown } = this;
    if (!shown) return html`<p class="soft">${this.texts.loading}</p>`;
    if (!call) return idle(this.view, shown, this.config ?? { type: TAG });
    if (call.phase === "ended") return ended(this.view, call);
    const ring = this.ring?.call_id === call.call_id ? this.ring : undefined;
    const talk = shown.phones.flatMap((phone) => phone.talks).find((each: Talk) => each.call_id === call.call_id);
    return html`${this.switcher(shown, call)} ${inCall(this.view, call, ring, talk)}`;
  }

  /** Several calls at once: one is shown whole. */
  private switcher(shown: State, call: Call): TemplateResult | typeof nothing {
    const active = shown.calls.filter((each) => each.phase !== "ended");
    if (active.length < 2) return nothing;
    return html`<div class="calls" role="group" aria-label=${this.texts.calls}>
      ${active.map(
        (each) => html`<button
          type="button"
          aria-pressed=${each === call}
          @click=${() => (this.ui = { ...CLOSED, chosen: each.call_id })}
        >
          <ha-icon icon=${ICONS[each.phase] ?? "mdi:phone"}></ha-icon>${each.company || each.number}
        </button>`,
      )}
    </div>`;
  }

  private problems(): TemplateResult[] {
    const { texts } = this;
    const found: string[] = [];
    if (this.error) found.push(this.error);
    if (this.isLost) found.push(texts.lost);
    for (const account of this.shown?.accounts ?? []) {
      if (account.state !== "loaded") found.push(fill(texts.not_loaded, account as unknown as Record<string, unknown>));
      else if (account.registration === "failed") found.push(fill(texts.not_registered, { title: account.title }));
      else if (account.has_stt === false && this.call === undefined) found.push(texts.no_stt);
    }
    return found.map((text) => html`<div class="note" role="status"><ha-icon icon="mdi:alert"></ha-icon>${text}</div>`);
  }
}

/** The line being said is shown once, when it begins: whoever scrolls elsewhere is left alone. */
let followed: Element | undefined;
function changedPlace(present: Element, parent: Element): boolean {
  const isNew = followed !== present;
  followed = present;
  return isNew && parent.scrollHeight > parent.clientHeight;
}

function check(config: CardConfig): void {
  for (const key of ["title", "account"] as const) {
    if (config[key] !== undefined && typeof config[key] !== "string") throw new Error(`${key} has to be text`);
  }
}

/** Words of an error as Home Assistant's websocket, an action or the browser throws it. */
function words(error: unknown): string {
  if (typeof error === "object" && error !== null && "message" in error) return String(error.message);
  return String(error);
}

if (!customElements.get(TAG)) customElements.define(TAG, HoldSlayerCard);
void fetchStrings(navigator.language).then(() => {
  window.customCards ??= [];
  if (window.customCards.some((card) => card.type === TAG)) return;
  window.customCards.push({
    type: TAG,
    name: "Hold Slayer",
    description: strings(navigator.language).card_description,
    preview: true,
    documentationURL: "https://github.com/hold-slayer/hold-slayer/blob/main/docs/card.md",
    getEntitySuggestion: (hass, entityId) =>
      hass.entities?.[entityId]?.platform === "hold_slayer" ? { config: { type: `custom:${TAG}` } } : null,
  });
});
