// Parts of the card that need nothing of it but their data.
import { html, nothing, type TemplateResult } from "lit";
import type { Hass } from "./ha";
import type { Call, Question, Summary } from "./model";
import "./recording";
import { duration, fill, moment, type Strings } from "./strings";

const MARKS = new Set(["human_answered", "connected"]);

/** All that was said and done. */
export function transcript(call: Call, isLive: boolean, texts: Strings): TemplateResult | typeof nothing {
  const lines = call.transcript.filter((line) => line.text || texts.note[line.kind]);
  if (!lines.length) return nothing;
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
        const isNote = line.speaker === "note" || line.kind === "key_pressed";
        return html`<div class="by-${line.speaker} ${isNote ? "is-note" : ""} ${MARKS.has(line.kind) ? "is-mark" : ""}">
          <time>${duration(line.at_s)}</time>
          <p>
            ${isNote && note ? fill(note, line.data) : html`<span class="soft">${texts.who[line.speaker]}:</span> ${line.text}`}
          </p>
        </div>`;
      })}
    </div>
  </details>`;
}

/** To hear what was recorded, for those who may. */
export function recorded(call: Call, hass: Hass | undefined, texts: Strings): TemplateResult | typeof nothing {
  if (!call.has_recording) return nothing;
  return html`<hold-slayer-recording .hass=${hass} .callId=${call.call_id} .texts=${texts}></hold-slayer-recording>`;
}

/** The last calls; `open` gets the one that was pressed. */
export function recentCalls(
  calls: Summary[],
  texts: Strings,
  language: string,
  open: (call: Summary) => void,
): TemplateResult {
  if (!calls.length) return html`<p class="soft">${texts.nothing_yet}</p>`;
  return html`<h3>${texts.recent}</h3>
    <ul class="recent">
      ${calls.slice(0, 5).map((call) => {
        const isGood = call.outcome === "connected";
        const facts = [
          texts.outcome[call.outcome ?? ""] ?? call.outcome,
          moment(call.started_at, language),
          call.hold_s >= 1 ? `${duration(call.hold_s)} ${texts.on_hold_for}` : "",
        ];
        return html`<li>
          <button
            @click=${() => {
              open(call);
            }}
          >
            <ha-icon class=${isGood ? "good" : ""} icon=${isGood ? "mdi:phone-check" : "mdi:phone-remove-outline"}></ha-icon>
            <span><b>${call.company || call.number}</b> <small>${facts.filter(Boolean).join(" · ")}</small></span>
          </button>
        </li>`;
      })}
    </ul>`;
}

/** What the line wants to know, with a field for the answer; `answer` gets the words, or nothing when there are none to give. */
export function question(
  asked: Question,
  now: number,
  texts: Strings,
  answer: (words: string | undefined) => void,
): TemplateResult {
  return html`<form
    class="question"
    autocomplete="off"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const field = (event.target as HTMLFormElement).querySelector("input");
      if (field?.value) answer(field.value);
    }}
  >
    <div role="alert">
      <b>${fill(texts.question, { fact: asked.fact.replaceAll("_", " ") })}</b>
      ${asked.text ? html`<p class="heard">${asked.text}</p>` : nothing}
    </div>
    <label>${texts.answer}<input name="answer" type="text" autocomplete="off" required /></label>
    <div class="row">
      <button class="main" type="submit">${texts.send}</button>
      <button
        type="button"
        @click=${() => {
          answer(undefined);
        }}
      >
        ${texts.decline}
      </button>
      <span class="soft">${fill(texts.seconds_left, { count: Math.max(0, Math.ceil(asked.deadline - now)) })}</span>
    </div>
  </form>`;
}
