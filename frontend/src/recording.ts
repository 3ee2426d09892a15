// A call's recording: fetched when asked for, with its loudness to look at and to jump in, and deleted after a second thought.
import { html, LitElement, nothing, type PropertyValues, svg, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import type { Hass } from "./ha";
import { fill, type Strings } from "./strings";
import { styles } from "./styles";

const TAG = "hold-slayer-recording";
const BINS = 200;
/** Bars of 0 to this are drawn. */
const HEIGHT = 40;

interface Peaks {
  duration_s: number;
  /** By track, 0 to 255. */
  peaks: Record<string, number[]>;
}

/** The mixed track as one path of upright bars, mirrored at the middle. */
export function outline(peaks: number[]): string {
  return peaks
    .map((peak, index) => {
      const half = Math.max(0.5, ((peak / 255) * HEIGHT) / 2);
      return `M${index + 0.5} ${HEIGHT / 2 - half}V${HEIGHT / 2 + half}`;
    })
    .join("");
}

export class HoldSlayerRecording extends LitElement {
  static override styles = styles;

  @property({ attribute: false }) hass?: Hass;
  @property({ attribute: false }) callId = "";
  @property({ attribute: false }) texts?: Strings;
  @state() private url = "";
  @state() private found?: Peaks;
  @state() private error = "";
  @state() private isAsking = false;
  @state() private isGone = false;
  /** How much has been played, 0 to 1. */
  @state() private place = 0;
  private frame = 0;

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("callId")) return;
    this.url = this.error = "";
    this.found = undefined;
    this.isAsking = this.isGone = false;
    this.place = 0;
  }

  private async ask<T>(command: string, more: Record<string, unknown> = {}): Promise<T | undefined> {
    const { callId } = this;
    this.error = "";
    try {
      const answer = await this.hass?.callWS<T>({ type: `hold_slayer/recording/${command}`, call_id: callId, ...more });
      return callId === this.callId ? answer : undefined;
    } catch (error) {
      const words = typeof error === "object" && error && "message" in error ? String(error.message) : String(error);
      if (callId === this.callId) this.error = fill(this.texts?.failed ?? "", { error: words });
      return undefined;
    }
  }

  private async open(): Promise<void> {
    const answer = await this.ask<{ url: string }>("url");
    if (!answer) return;
    this.url = answer.url;
    this.found = await this.ask<Peaks>("peaks", { bins: BINS });
  }

  private async erase(): Promise<void> {
    this.isAsking = false;
    const { callId } = this;
    // Nothing comes back when it is gone, and when it failed: then there are words for it.
    await this.ask("delete");
    if (!this.error && callId === this.callId) this.isGone = true;
  }

  private get player(): HTMLAudioElement | null {
    return this.renderRoot.querySelector("audio");
  }

  /** Go to a second of the recording. Nothing happens before it has been opened. */
  seek(second: number): void {
    if (this.player) this.player.currentTime = second;
  }

  private press(event: MouseEvent): void {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    if (!this.found || !box.width) return;
    this.seek(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * this.found.duration_s);
  }

  /** Where it is now, for the bar here and for the strip and the words beside it; as smooth as the display while it plays. */
  private readonly follow = (): void => {
    cancelAnimationFrame(this.frame);
    const { player } = this;
    if (!player || !this.isConnected) return;
    this.place = player.currentTime / (this.found?.duration_s ?? (player.duration || 1));
    this.dispatchEvent(new CustomEvent("place", { detail: player.currentTime }));
    if (!player.paused) this.frame = requestAnimationFrame(this.follow);
  };

  protected override render(): TemplateResult | typeof nothing {
    const { texts } = this;
    if (!texts) return nothing;
    if (this.isGone) return html`<p class="soft" role="status">${texts.recording_gone}</p>`;
    const problem = this.error ? html`<div class="note" role="status">${this.error}</div>` : nothing;
    if (!this.url) {
      return html`${problem}<button @click=${() => void this.open()}>
          <ha-icon icon="mdi:play-circle-outline"></ha-icon>${texts.recording}
        </button>`;
    }
    return html`${problem} ${this.wave()}
      <audio
        controls
        preload="metadata"
        aria-label=${texts.recording}
        src=${this.url}
        @timeupdate=${this.follow}
        @play=${this.follow}
        @seeked=${this.follow}
        @loadedmetadata=${this.follow}
      ></audio>
      ${this.isAsking
        ? html`<div class="row" role="alertdialog" aria-label=${texts.recording_really}>
            <span class="grow">${texts.recording_really}</span>
            <button class="danger" @click=${() => void this.erase()}>${texts.recording_yes}</button>
            <button @click=${() => (this.isAsking = false)}>${texts.no}</button>
          </div>`
        : html`<button class="link" @click=${() => (this.isAsking = true)}>${texts.recording_delete}</button>`}`;
  }

  private wave(): TemplateResult | typeof nothing {
    const peaks = this.found && (this.found.peaks.mixed ?? Object.values(this.found.peaks)[0]);
    if (!peaks?.length) return nothing;
    const box = `0 0 ${peaks.length} ${HEIGHT}`;
    // The player below has the keyboard's controls; this one is for pointers.
    return html`<div class="wave" aria-hidden="true" @click=${(event: MouseEvent) => {
      this.press(event);
    }}>
      <svg viewBox=${box} preserveAspectRatio="none">
        ${svg`<path d=${outline(peaks)}></path><rect width=${this.place * peaks.length} height=${HEIGHT}></rect>`}
      </svg>
    </div>`;
  }
}

if (!customElements.get(TAG)) customElements.define(TAG, HoldSlayerRecording);
