// All that was said and done, as a log.
import { html, nothing, type TemplateResult } from "lit";
import { audioStart, type Call, lineAt } from "../model";
import { duration, fill } from "../strings";
import type { View } from "../view";

const MARKS = new Set(["human_answered", "connected"]);

export function transcript(view: View, call: Call, isLive: boolean): TemplateResult | typeof nothing {
  const { texts } = view;
  const { place } = view.ui;
  const present = place === undefined ? undefined : call.transcript[lineAt(call, place)]?.id;
  const lines = call.transcript.filter((line) => line.text || texts.note[line.kind]);
  if (!lines.length || !view.hasTranscript) return nothing;
  const zero = audioStart(call);
  return html`<details ?open=${!isLive}>
    <summary><ha-icon icon="mdi:text-box-outline"></ha-icon>${texts.transcript}</summary>
    <div
      class="log ${isLive ? "live" : ""}"
      role="log"
      aria-live=${isLive ? "polite" : "off"}
      aria-label=${texts.transcript}
      tabindex="0"
    >
      ${lines.map((line) => {
        const note = texts.note[line.kind];
        const isNote = line.speaker === "note" || line.kind === "key_pressed" || !line.text;
        const kind = `by-${line.speaker} ${isNote ? "is-note" : ""} ${MARKS.has(line.kind) ? "is-mark" : ""}`;
        const time = duration(line.at_s);
        return html`<div class="${kind} ${line.id === present ? "present" : ""}">
          ${isLive || place === undefined
            ? html`<time>${time}</time>`
            : html`<button
                type="button"
                class="time-link"
                @click=${() => {
                  view.seek(Math.max(0, line.at_s - zero));
                }}
              >
                ${time}
              </button>`}
          <p>
            ${isNote && note
              ? fill(note, line.data)
              : html`<span class="who">${texts.who[line.speaker] ?? ""}</span> ${line.text}`}
            ${line.data.why ? html`<small>${line.data.why}</small>` : nothing}
          </p>
        </div>`;
      })}
    </div>
  </details>`;
}
