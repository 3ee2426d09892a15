import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { demo } from "./demo";
import type { CardConfig, Hass } from "./ha";
import { type Account, type Call, type Contact, holdSeconds, type Message, reduce, shownCall, type State, type Summary } from "./model";
import { Listener } from "./listen";
import { question, recentCalls, recorded, transcript } from "./parts";
import { strip } from "./strip";
import { duration, fill, hour, minutes, moment, type Strings, strings, TABLE } from "./strings";
import { styles } from "./styles";

const TAG = "hold-slayer-card";
const LATEST_S = 300;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const ICONS: Record<string, string> = {
  dialing: "mdi:phone-outgoing",
  ringing: "mdi:phone-ring-outline",
  navigating: "mdi:dialpad",
  on_hold: "mdi:phone-paused",
  candidate: "mdi:account-question",
  human: "mdi:account-voice",
  transferring: "mdi:phone-forward",
  connected: "mdi:phone-in-talk",
  ending: "mdi:phone-hangup",
  ended: "mdi:phone-check",
};

/** Shows and steers the calls of Hold Slayer; all its data come by one subscription (docs/websocket.md). */
export class HoldSlayerCard extends LitElement {
  static override styles = styles;

  /** True in the card picker and in a dashboard's edit mode: made-up data, nothing is asked or done. */
  @property({ type: Boolean }) preview = false;
  @state() private config?: CardConfig;
  @state() private data?: State;
  @state() private error = "";
  @state() private isLost = false;
  @state() private isAsking = false;
  @state() private hasKeypad = false;
  @state() private isLatest = false;
  @state() private past?: Call;
  @state() private dismissed = "";
  @state() private tick = 0;
  /** Loudness of what is played, 0 to 1; nothing while nobody listens. */
  @state() private level?: number;

  private _hass?: Hass;
  private unsubscribe?: Promise<() => Promise<void>>;
  private listener?: Listener;
  private timer?: ReturnType<typeof setInterval>;
  private announced = "";

  static getConfigForm(): unknown {
    const texts = strings(document.documentElement.lang);
    const flags = ["hide_contacts", "hide_form", "hide_recent", "hide_transcript", "sound"];
    return {
      schema: [
        { name: "title", selector: { text: {} } },
        { name: "account", selector: { config_entry: { integration: "hold_slayer" } } },
        ...flags.map((name) => ({ name, selector: { boolean: {} } })),
      ],
      computeLabel: (field: { name: string }) => texts.editor[field.name] ?? field.name,
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
    if (isNew) this.connect();
    if (isNew || wasLanguage !== this.language) this.requestUpdate();
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

  /** The server's clock, seconds. */
  private get now(): number {
    return Date.now() / 1000 + (this.shown?.skew ?? 0);
  }

  /** What is shown: the account's part, if the card is for one account only. */
  private get shown(): State | undefined {
    if (this.preview) return demo(Date.now() / 1000);
    const only = this.config?.account;
    if (!this.data || !only) return this.data;
    const ours = (each: { entry_id: string }): boolean => each.entry_id === only;
    const { accounts, calls, recent, skew } = this.data;
    return { accounts: accounts.filter(ours), calls: calls.filter(ours), recent: recent.filter(ours), skew };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.connect();
    this.timer = setInterval(() => {
      if (this.shown?.calls.some((call) => call.phase !== "ended")) this.tick++;
    }, 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
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
    }, { type: "hold_slayer/subscribe" });
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

  private listen(call: Call): void {
    if (this.preview || !this._hass) return;
    this.error = "";
    this.level = 0;
    this.listener = new Listener(
      this._hass,
      call.call_id,
      (level) => {
        this.level = level;
      },
      (error) => {
        this.silence();
        if (error !== undefined) this.error = fill(this.texts.failed, { error: words(error) });
      },
    );
  }

  private silence(): void {
    this.listener?.close();
    this.listener = undefined;
    this.level = undefined;
  }

  private readonly onLost = (): void => {
    this.silence();
    this.isLost = true;
  };

  private readonly onFound = (): void => {
    this.isLost = false;
  };

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("preview") && this.preview) this.disconnect();
    const call = this.call;
    if (call?.is_human && this.announced !== call.call_id) {
      this.announced = call.call_id;
      if (this.config?.sound && !this.preview) chime();
    }
  }

  protected override updated(): void {
    // A log that grows keeps its last line in view, unless the reader has scrolled up.
    const log = this.renderRoot.querySelector<HTMLElement>(".log.live");
    if (log && log.scrollHeight - log.scrollTop - log.clientHeight < 80) log.scrollTop = log.scrollHeight;
  }

  private get call(): Call | undefined {
    const shown = this.shown;
    const call = shown && shownCall(shown.calls);
    return call?.phase === "ended" && call.call_id === this.dismissed ? undefined : call;
  }

  private accountOf(call: { entry_id: string }): Account | undefined {
    return this.shown?.accounts.find((account) => account.entry_id === call.entry_id);
  }

  // --- what is done ----------------------------------------------------------------------------------------------

  private async act(action: string, data: Record<string, unknown>): Promise<void> {
    this.error = "";
    if (this.preview) return;
    try {
      await this._hass?.callService("hold_slayer", action, data);
    } catch (error) {
      // The client's own errors are numbers: the connection went away.
      this.error = typeof error === "number" ? this.texts.lost : fill(this.texts.failed, { error: words(error) });
    }
  }

  private actOn(call: Call, action: string, data: Record<string, unknown> = {}): void {
    this.isAsking = false;
    void this.act(action, { config_entry_id: call.entry_id, call_id: call.call_id, ...data });
  }

  private start(account: Account, data: Record<string, unknown>): void {
    this.past = undefined;
    this.dismissed = this.call?.call_id ?? "";
    void this.act("call", { config_entry_id: account.entry_id, ...data });
  }

  private async open(summary: Summary): Promise<void> {
    this.error = "";
    if (this.preview) return;
    try {
      const found = await this._hass?.callWS<{ call: Call }>({ type: "hold_slayer/calls/get", call_id: summary.call_id });
      this.past = found?.call;
    } catch (error) {
      this.error = fill(this.texts.failed, { error: words(error) });
    }
  }

  // --- what is shown ---------------------------------------------------------------------------------------------

  protected override render(): TemplateResult | typeof nothing {
    if (!this.config) return nothing;
    const call = this.past ?? this.call;
    const isHuman = !this.past && (call?.is_human ?? false) && call?.phase !== "connected";
    return html`<ha-card class=${isHuman ? "human" : ""}>
      <div class="frame"><div class="body">${this.problems()} ${this.content(call)}</div></div>
    </ha-card>`;
  }

  private content(call: Call | undefined): TemplateResult {
    if (!this.shown) return html`<p class="soft">${this.texts.loading}</p>`;
    if (!call) return this.idle(this.shown);
    return call.phase === "ended" ? this.ended(call) : this.inCall(call);
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

  private idle(shown: State): TemplateResult {
    const { texts } = this;
    const loaded = shown.accounts.filter((account) => account.state === "loaded");
    const usable = loaded.filter((account) => account.can_control);
    if (!shown.accounts.length) return html`<h2>${this.heading}</h2><p class="soft">${texts.no_account}</p>`;
    const first = usable[0];
    return html`<h2>${this.heading}</h2>
      ${loaded.length && !first ? html`<p class="soft">${texts.no_right}</p>` : nothing}
      ${this.config?.hide_contacts
        ? nothing
        : html`<div class="tiles">
            ${loaded.flatMap((account) => (account.contacts ?? []).map((contact) => this.tile(account, contact)))}
          </div>`}
      ${this.config?.hide_form || !first ? nothing : this.form(first)}
      ${this.config?.hide_recent ? nothing : recentCalls(shown.recent, texts, this.language, (call) => void this.open(call))}`;
  }

  private get heading(): string {
    return this.config?.title ?? this.texts.title;
  }

  private tile(account: Account, contact: Contact): TemplateResult {
    const { texts, language } = this;
    const facts = [contact.goal];
    if (contact.usual_wait_s !== null) {
      facts.unshift(fill(texts.usually, { time: minutes(contact.usual_wait_s, language) }));
      if (contact.best_hour !== null) facts.splice(1, 0, fill(texts.best_at, { hour: hour(contact.best_hour, language) }));
    }
    const words = facts.filter(Boolean).join(" · ");
    const goal = contact.goal ? {} : { goal: texts.general_goal };
    return html`<button
      class="tile"
      ?disabled=${!account.can_control}
      @click=${() => {
        this.start(account, { contact: contact.name, ...goal });
      }}
    >
      <ha-icon icon="mdi:phone-outgoing"></ha-icon>
      <span class="unseen">${texts.call}:</span>
      <span><b>${contact.name}</b> <small>${words}</small></span>
    </button>`;
  }

  private form(account: Account): TemplateResult {
    const { texts } = this;
    return html`<form
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        const fields = new FormData(event.target as HTMLFormElement);
        this.start(account, { number: fields.get("number"), goal: fields.get("goal") });
      }}
    >
      <label>${texts.number}<input name="number" type="tel" required autocomplete="off" /></label>
      <label>${texts.goal}<input name="goal" type="text" required autocomplete="off" /></label>
      <button class="main" type="submit">${texts.start}</button>
    </form>`;
  }

  private inCall(call: Call): TemplateResult {
    const { texts } = this;
    const account = this.accountOf(call);
    const isHuman = call.is_human && call.phase !== "connected";
    const hold = holdSeconds(call, this.now);
    return html`${isHuman ? this.banner(call) : this.headline(call, hold)} ${this.audioStrip(call)}
      ${!isHuman && call.last_heard ? html`<p class="heard">${call.last_heard}</p>` : nothing}
      ${account?.can_control && call.question
        ? question(call.question, this.now, texts, (words) => {
            const id = call.question?.question_id;
            this.actOn(call, "answer_question", { question_id: id, ...(words ? { answer: words } : { decline: true }) });
          })
        : nothing}
      ${account?.can_control ? this.controls(call, account, isHuman) : html`<p class="soft">${texts.no_right}</p>`}
      ${this.config?.hide_transcript ? nothing : transcript(call, true, texts)}`;
  }

  private banner(call: Call): TemplateResult {
    const { texts } = this;
    const isRinging = call.phase === "transferring" && call.target;
    return html`<div class="banner" role="alert">
      <ha-icon icon="mdi:account-voice"></ha-icon>
      <h2>${isRinging ? fill(texts.pick_up, { target: call.target }) : texts.phase.human}</h2>
      <p>${call.company || call.number} · ${duration(holdSeconds(call, this.now))} ${texts.on_hold_for}</p>
    </div>`;
  }

  private headline(call: Call, hold: number): TemplateResult {
    const { texts } = this;
    const isHolding = hold > 0 && call.phase !== "connected";
    const time = isHolding ? hold : this.now - (call.phase === "connected" ? call.phase_since : call.started_at);
    return html`<div class="head">
      <ha-icon icon=${ICONS[call.phase] ?? "mdi:phone"}></ha-icon>
      <div>
        <h2 aria-live="polite">${texts.phase[call.phase] ?? call.phase}</h2>
        <p class="soft">${call.company || call.number} · ${call.goal}</p>
      </div>
      <div class="time" role="timer">
        ${duration(time)}<small>${isHolding ? texts.on_hold_for : this.usual(call)}</small>
      </div>
    </div>`;
  }

  private usual(call: Call): string {
    const wait = this.contactOf(call)?.usual_wait_s;
    return wait ? fill(this.texts.usually, { time: minutes(wait, this.language) }) : "";
  }

  private contactOf(call: Call): Contact | undefined {
    return this.accountOf(call)?.contacts?.find((contact) => contact.name === call.company);
  }

  private audioStrip(call: Call): TemplateResult | typeof nothing {
    if (!call.strip.length) return nothing;
    const { texts } = this;
    const last = call.strip.at(-1)?.[0] ?? 0;
    const isLive = call.phase !== "ended" && call.answered_at !== null;
    const end = Math.max(last, isLive ? this.now - (call.answered_at ?? this.now) : last);
    const start = this.isLatest ? Math.max(0, end - LATEST_S) : 0;
    // The last row only marks the end so far: while the call lasts, its class goes on until another begins.
    const rows = isLive ? call.strip.filter(([, heard]) => heard) : call.strip;
    return html`<div>
      ${strip(rows, start, end, texts)}
      ${end > LATEST_S
        ? html`<button class="link" @click=${() => (this.isLatest = !this.isLatest)}>
            ${this.isLatest ? texts.whole : texts.latest}
          </button>`
        : nothing}
    </div>`;
  }

  private controls(call: Call, account: Account, isHuman: boolean): TemplateResult {
    const { texts } = this;
    const targets = account.targets ?? [];
    const canConnect = call.answered_at !== null && call.phase !== "connected" && call.phase !== "transferring";
    if (this.isAsking) {
      return html`<div class="row" role="alertdialog" aria-label=${texts.really}>
        <span class="grow">${texts.really}</span>
        <button
          class="danger"
          @click=${() => {
            this.actOn(call, "hang_up");
          }}
        >
          ${texts.yes}
        </button>
        <button @click=${() => (this.isAsking = false)}>${texts.no}</button>
      </div>`;
    }
    return html`${canConnect && targets.length
        ? html`<div class="row">
            <button
              class=${isHuman ? "main" : ""}
              @click=${() => {
                this.actOn(call, "transfer");
              }}
            >
              <ha-icon icon="mdi:phone-incoming"></ha-icon>${texts.connect}
            </button>
            ${targets.length > 1
              ? html`<select
                  aria-label=${texts.connect_to}
                  @change=${(event: Event) => {
                    const list = event.target as HTMLSelectElement;
                    this.actOn(call, "transfer", { target: list.value });
                    list.value = "";
                  }}
                >
                  <option value="">${texts.connect_to}</option>
                  ${targets.map((name) => html`<option value=${name}>${name}</option>`)}
                </select>`
              : nothing}
          </div>`
        : nothing}
      ${call.phase === "transferring" && !isHuman
        ? html`<p>${fill(texts.ringing_at, { target: call.target })}</p>`
        : nothing}
      ${call.phase === "connected"
        ? html`<div class="row">
            <button
              @click=${() => {
                this.actOn(call, "resume_waiting");
              }}
            >
              <ha-icon icon="mdi:phone-paused"></ha-icon>${texts.wait_again}
            </button>
          </div>`
        : nothing}
      <div class="row">
        ${call.answered_at === null
          ? nothing
          : html`<button aria-expanded=${this.hasKeypad} @click=${() => (this.hasKeypad = !this.hasKeypad)}>
              <ha-icon icon="mdi:dialpad"></ha-icon>${texts.keypad}
            </button>
            <button
              aria-pressed=${this.level !== undefined}
              @click=${() => {
                if (this.level === undefined) this.listen(call);
                else this.silence();
              }}
            >
              <ha-icon icon=${this.level === undefined ? "mdi:headphones" : "mdi:headphones-off"}></ha-icon
              >${this.level === undefined ? texts.listen : texts.listen_stop}
            </button>
            ${this.level === undefined
              ? nothing
              : html`<meter min="0" max="0.5" .value=${this.level} aria-label=${texts.level}></meter>`}`}
        <span class="grow"></span>
        <button class="danger" @click=${() => (this.isAsking = true)}>
          <ha-icon icon="mdi:phone-hangup"></ha-icon>${texts.hang_up}
        </button>
      </div>
      ${this.hasKeypad && call.answered_at !== null ? this.keypad(call) : nothing}`;
  }

  private keypad(call: Call): TemplateResult {
    return html`<div class="keys" role="group" aria-label=${this.texts.keypad}>
      ${KEYS.map(
        (key) => html`<button
          aria-label=${fill(this.texts.key, { key })}
          @click=${() => {
            this.actOn(call, "send_dtmf", { digits: key });
          }}
        >
          ${key}
        </button>`,
      )}
    </div>`;
  }

  private ended(call: Call): TemplateResult {
    const { texts, language } = this;
    const account = this.accountOf(call);
    const usual = this.contactOf(call)?.usual_wait_s;
    const more = usual === null || usual === undefined ? 0 : call.hold_s - usual;
    const time = minutes(Math.abs(more), language);
    return html`<div class="head">
        <ha-icon icon=${call.outcome === "connected" ? "mdi:phone-check" : "mdi:phone-remove-outline"}></ha-icon>
        <div>
          <h2>${texts.outcome[call.outcome ?? ""] ?? texts.phase.ended}</h2>
          <p class="soft">${call.company || call.number} · ${moment(call.started_at, language)}</p>
        </div>
        <div class="time">${duration(call.hold_s)}<small>${texts.on_hold_for}</small></div>
      </div>
      ${call.sentence ? html`<p>${call.sentence}</p>` : nothing}
      ${Math.abs(more) >= 60 && call.hold_s >= 1
        ? html`<p class="soft">${fill(more > 0 ? texts.longer : texts.shorter, { time })}</p>`
        : nothing}
      ${this.audioStrip(call)}
      ${account?.can_control && !this.preview ? recorded(call, this._hass, texts) : nothing}
      <div class="row">
        ${account?.can_control
          ? html`<button
              class="main"
              @click=${() => {
                const known = this.contactOf(call);
                const whom = known ? { contact: known.name } : { number: call.number, company: call.company };
                this.start(account, { ...whom, goal: call.goal });
              }}
            >
              <ha-icon icon="mdi:phone-refresh"></ha-icon>${texts.again}
            </button>`
          : nothing}
        <button
          @click=${() => {
            if (this.past) this.past = undefined;
            else this.dismissed = call.call_id;
          }}
        >
          ${this.past ? texts.back : texts.dismiss}
        </button>
      </div>
      ${this.config?.hide_transcript ? nothing : transcript(call, false, texts)}`;
  }
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

/** Three rising tones; browsers stay silent until the page has been touched once. */
function chime(): void {
  const context = new AudioContext();
  [523, 659, 784].forEach((hertz, index) => {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    const start = context.currentTime + index * 0.22;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.25, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.5);
    if (index === 2) tone.onended = () => void context.close();
  });
}

if (!customElements.get(TAG)) customElements.define(TAG, HoldSlayerCard);
window.customCards ??= [];
if (!window.customCards.some((card) => card.type === TAG)) {
  const texts = TABLE[navigator.language.split("-")[0] ?? "en"] ?? strings("en");
  window.customCards.push({
    type: TAG,
    name: "Hold Slayer",
    description: texts.card_description,
    preview: true,
    documentationURL: "https://github.com/hold-slayer/hold-slayer/blob/main/docs/card.md",
    getEntitySuggestion: (hass, entityId) =>
      hass.entities?.[entityId]?.platform === "hold_slayer" ? { config: { type: `custom:${TAG}` } } : null,
  });
}
