// The telephone in this browser: it rings, it is answered, one talks.
import { html, nothing, type TemplateResult } from "lit";
import type { Call, Ring, Talk } from "../model";
import { fill } from "../strings";
import type { View } from "../view";
import { button } from "./button";

/** Why this page has no microphone, in words that say what to do. */
export function obstacleNote(view: View): TemplateResult | typeof nothing {
  const { obstacle, texts } = view;
  if (!obstacle) return nothing;
  return html`<div class="note" role="status"><ha-icon icon="mdi:microphone-off"></ha-icon>${texts.obstacle[obstacle]}</div>`;
}

/** A ring to be answered here, or a talk whose browser has lost its connection. */
export function hereBanner(view: View, call: Call, ring: Ring | undefined, talk: Talk | undefined): TemplateResult {
  const { texts } = view;
  if (talk?.is_lost) {
    return html`<div class="note" role="alert">
        <ha-icon icon="mdi:lan-disconnect"></ha-icon><span class="grow">${texts.talk_lost}</span>
      </div>
      ${obstacleNote(view)}
      ${button("mdi:headset", texts.go_on_here, () => {
        view.talkIn(call);
      }, { kind: "main" })}`;
  }
  if (!ring) return html`${obstacleNote(view)}`;
  return html`${obstacleNote(view)}
    ${button("mdi:headset", texts.answer_here, () => {
      view.talkIn(call, ring.ring_id);
    }, { kind: "main", isDisabled: view.obstacle === "insecure" || view.obstacle === "unsupported" })}
    ${button("", fill(texts.not_here, { name: ring.name }), () => {
      view.decline(ring.ring_id);
    }, { kind: "link" })}`;
}

/** To be put through to this very page. */
export function hereButton(view: View, call: Call, isMain: boolean): TemplateResult {
  return button("mdi:headset", view.texts.talk_here, () => {
    view.talkIn(call);
  }, { kind: isMain ? "main" : undefined });
}

/** One talks here: both sides' loudness. The card moves the bars (they are many a second). */
export function talking(view: View, call: Call): TemplateResult {
  const { texts, talk } = view;
  const meter = (icon: string, name: string, side: string): TemplateResult => html`<div class="side">
    <ha-icon icon=${icon}></ha-icon><span>${name}</span>
    <div class="meter" role="meter" aria-label="${texts.level}: ${name}" aria-valuemin="0" aria-valuemax="1" aria-valuenow="0" data-level=${side}></div>
  </div>`;
  return html`<div class="talk">
    ${talk && !talk.isConnected
      ? html`<div class="note" role="status"><ha-icon icon="mdi:lan-disconnect"></ha-icon>${texts.coming_back}</div>`
      : nothing}
    ${meter(talk?.isMuted ? "mdi:microphone-off" : "mdi:microphone", talk?.isMuted ? texts.is_muted : texts.you, "near")}
    ${meter("mdi:volume-high", call.company || texts.who.far || "", "far")}
  </div>`;
}
