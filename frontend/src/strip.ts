// The coloured strip of what was on the line: a canvas that moves with the display while the call goes on.
import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import type { Row } from "./model";
import { duration, fill, type Strings } from "./strings";
import { stripColors } from "./styles";

const TAG = "hold-slayer-strip";
/** From the rarest to the most common: where several share a pixel the rarest shows, so that a short human is seen. */
export const CLASSES = ["human", "candidate", "speech", "recording", "music", "tone", "silence"] as const;
const HEIGHT = 32;

export interface Span {
  /** In pixels; whole ones are covered. */
  from: number;
  to: number;
  heard: string;
}

/** Rows as spans on `width` pixels from second `start` to `end`, the common classes first, so that rare ones are drawn over them. */
export function spans(rows: Row[], start: number, end: number, width: number): Span[] {
  const scale = width / Math.max(end - start, 1e-6);
  const found: Span[] = [];
  rows.forEach(([from, heard], index) => {
    const to = rows[index + 1]?.[0] ?? end;
    if (!heard || to <= start || from >= end) return;
    const left = Math.max(0, (from - start) * scale);
    const right = Math.min(width, (to - start) * scale);
    // A person of a second in a call of an hour is still two pixels wide.
    const least = rank(heard) < 2 ? 2 : 1;
    found.push({ from: left, to: Math.max(right, Math.min(width, left + least)), heard });
  });
  return found.sort((a, b) => rank(b.heard) - rank(a.heard));
}

const rank = (heard: string): number => CLASSES.indexOf(heard as (typeof CLASSES)[number]);

/** Seconds of each class between `start` and `end`, for the text alternative. */
export function totals(rows: Row[], end: number, start = 0): Map<string, number> {
  const found = new Map<string, number>();
  rows.forEach(([from, heard], index) => {
    const to = Math.min(end, rows[index + 1]?.[0] ?? end);
    const length = to - Math.max(start, from);
    if (heard && length > 0) found.set(heard, (found.get(heard) ?? 0) + length);
  });
  return found;
}

/** What was heard at a second. */
export const heardAt = (rows: Row[], second: number): string => rows.findLast(([from]) => from <= second)?.[1] ?? "";

export class HoldSlayerStrip extends LitElement {
  static override styles = [
    stripColors,
    css`
      :host {
        display: block;
        position: relative;
        /* Time runs from left to right, in every language. */
        direction: ltr;
      }
      canvas {
        display: block;
        width: 100%;
        height: ${HEIGHT}px;
        border-radius: var(--ha-border-radius-md, 8px);
        background: var(--secondary-background-color);
      }
      :host([seekable]) canvas {
        cursor: pointer;
      }
      .legend {
        direction: inherit;
        display: flex;
        flex-wrap: wrap;
        gap: 4px 12px;
        margin-top: 8px;
        font-size: var(--ha-font-size-s, 12px);
        line-height: 16px;
        color: var(--secondary-text-color);
      }
      .legend span {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .legend .absent {
        display: none;
      }
      i {
        width: 10px;
        height: 10px;
        border-radius: 3px;
      }
      .tip {
        position: absolute;
        top: -30px;
        padding: 4px 8px;
        border-radius: var(--ha-border-radius-sm, 4px);
        background: var(--primary-text-color);
        color: var(--card-background-color, #fff);
        font-size: var(--ha-font-size-s, 12px);
        line-height: 16px;
        white-space: nowrap;
        pointer-events: none;
        transform: translateX(-50%);
      }
    `,
  ];

  @property({ attribute: false }) rows: Row[] = [];
  @property({ attribute: false }) texts?: Strings;
  /** Seconds shown, up to the end; 0: all. */
  @property({ attribute: false }) zoom = 0;
  /** While the call goes on: the wall clock of audio second 0, on this browser's clock, milliseconds. */
  @property({ attribute: false }) zero?: number;
  /** Where a recording is being played, seconds. */
  @property({ attribute: false }) place?: number;
  @state() private tip?: { x: number; text: string };
  @query("canvas") private canvas?: HTMLCanvasElement;

  private frame = 0;
  private drawnAt = 0;
  private colors: Record<string, string> = {};

  private get end(): number {
    const last = this.rows.at(-1)?.[0] ?? 0;
    return this.zero === undefined ? last : Math.max(last, (Date.now() - this.zero) / 1000);
  }

  private get start(): number {
    return this.zoom ? Math.max(0, this.end - this.zoom) : 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.frame = requestAnimationFrame(this.move);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.frame);
  }

  protected override updated(changed: PropertyValues): void {
    // Themes change colours at any time; whatever changes here comes with a look at them.
    for (const swatch of this.renderRoot.querySelectorAll("i")) {
      this.colors[swatch.dataset.heard ?? ""] = getComputedStyle(swatch).backgroundColor;
    }
    if (changed.size) this.draw();
  }

  /** A call that goes on moves: as often as the display shows a picture, but only when it would look different. */
  private readonly move = (): void => {
    this.frame = requestAnimationFrame(this.move);
    const canvas = this.canvas;
    if (this.zero === undefined || !canvas?.clientWidth) return;
    const ratio = window.devicePixelRatio || 1;
    const aPixel = ((this.end - this.start) / (canvas.clientWidth * ratio)) * 1000;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (Date.now() - this.drawnAt >= Math.max(isCalm ? 1000 : 0, Math.min(aPixel / 2, 1000))) this.draw();
  };

  private draw(): void {
    const canvas = this.canvas;
    const width = canvas?.clientWidth;
    const brush = canvas?.getContext("2d");
    if (!canvas || !width || !brush) return;
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * ratio), Math.round(HEIGHT * ratio)];
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    const { start, end } = this;
    this.drawnAt = Date.now();
    brush.clearRect(0, 0, w, h);
    for (const span of spans(this.running, start, end, w)) {
      brush.fillStyle = this.colors[span.heard] ?? "gray";
      brush.fillRect(span.from, 0, span.to - span.from, h);
    }
    if (this.place === undefined || this.place < start) return;
    const x = ((this.place - start) / Math.max(end - start, 1e-6)) * w;
    brush.fillStyle = this.colors.place ?? "black";
    brush.fillRect(Math.max(0, Math.min(w - 2 * ratio, x - ratio)), 0, 2 * ratio, h);
  }

  /** The last row only marks the end so far: while the call lasts, its class goes on until another begins. */
  private get running(): Row[] {
    return this.zero === undefined ? this.rows : this.rows.filter(([, heard]) => heard);
  }

  private second(event: MouseEvent): number {
    const box = this.canvas?.getBoundingClientRect();
    const share = box?.width ? (event.clientX - box.left) / box.width : 0;
    return this.start + Math.min(1, Math.max(0, share)) * (this.end - this.start);
  }

  private readonly point = (event: PointerEvent): void => {
    const second = this.second(event);
    const heard = heardAt(this.running, second);
    const box = this.canvas?.getBoundingClientRect();
    if (!heard || !box) return;
    const x = Math.min(box.width - 60, Math.max(60, event.clientX - box.left));
    this.tip = { x, text: `${duration(second)} ${this.texts?.heard[heard] ?? heard}` };
  };

  protected override render(): TemplateResult {
    const { texts } = this;
    const heard = totals(this.running, this.end, this.start);
    const present = CLASSES.filter((name) => (heard.get(name) ?? 0) > 0);
    const words = present.map((name) => `${texts?.heard[name] ?? name} ${duration(heard.get(name) ?? 0)}`).join(", ");
    return html`<canvas
        role="img"
        aria-label=${fill(`${texts?.strip ?? ""}: {words}`, { words: words || "–" })}
        @pointermove=${this.point}
        @pointerleave=${() => (this.tip = undefined)}
        @click=${(event: MouseEvent) => {
          this.dispatchEvent(new CustomEvent("seek", { detail: this.second(event) }));
        }}
      ></canvas>
      ${this.tip ? html`<div class="tip" aria-hidden="true" style="left:${this.tip.x}px">${this.tip.text}</div>` : ""}
      <div class="legend" aria-hidden="true">
        ${CLASSES.map(
          (name) => html`<span class=${present.includes(name) ? "" : "absent"}
            ><i class="h-${name}" data-heard=${name}></i>${texts?.heard[name]}</span
          >`,
        )}
        <span class="absent"><i class="h-place" data-heard="place"></i></span>
      </div>`;
  }
}

if (!customElements.get(TAG)) customElements.define(TAG, HoldSlayerStrip);
