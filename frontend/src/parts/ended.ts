// A call that is over: how it went, its recording, and what can be done with it.
import { html, nothing, type TemplateResult } from "lit";
import type { Call } from "../model";
import "../recording";
import { duration, fill, minutes, moment } from "../strings";
import type { View } from "../view";
import { button } from "./button";
import { strip } from "./call";
import { transcript } from "./transcript";

export function ended(view: View, call: Call): TemplateResult {
  const { texts, language } = view;
  const account = view.accountOf(call);
  const mayHear = (account?.can_control ?? false) && call.has_recording && !view.isPreview;
  const isGood = call.outcome === "connected";
  return html`<div class="head p-${isGood ? "good" : "over"}">
      <span class="circle" aria-hidden="true"
        ><ha-icon icon=${isGood ? "mdi:phone-check" : "mdi:phone-remove-outline"}></ha-icon
      ></span>
      <div class="lines">
        <h2>${texts.outcome[call.outcome ?? ""] ?? texts.phase.ended}</h2>
        <p class="soft"><b>${call.company || call.number}</b> · ${moment(call.started_at, language)}</p>
      </div>
      <div class="time"><span class="num">${duration(call.hold_s)}</span><small>${texts.on_hold_for}</small></div>
    </div>
    ${call.sentence ? html`<p>${call.sentence}</p>` : nothing} ${compared(view, call)} ${strip(view, call)}
    ${mayHear
      ? html`<hold-slayer-recording
          .hass=${view.hass}
          .callId=${call.call_id}
          .texts=${texts}
          @place=${(event: CustomEvent<number>) => {
            view.set({ place: event.detail });
          }}
        ></hold-slayer-recording>`
      : nothing}
    <div class="row">
      ${account?.can_control
        ? button("mdi:phone-refresh", texts.again, () => {
            const known = view.contactOf(call);
            const whom = known ? { contact: known.name } : { number: call.number, company: call.company };
            view.start(account, { ...whom, goal: call.goal });
          }, { kind: "main" })
        : nothing}
      ${mayHear
        ? button("mdi:flag-outline", texts.report, () => {
            view.set({ panel: view.ui.panel === "report" ? "" : "report" });
          }, { isExpanded: view.ui.panel === "report" })
        : nothing}
      ${button("", view.isPast ? texts.back : texts.dismiss, () => {
        view.close(call);
      })}
    </div>
    ${mayHear && view.ui.panel === "report" ? report(view, call) : nothing} ${transcript(view, call, false)}`;
}

/** Hold time against the usual one. */
function compared(view: View, call: Call): TemplateResult | typeof nothing {
  const { texts } = view;
  const usual = view.contactOf(call)?.usual_wait_s;
  if (usual === null || usual === undefined || call.hold_s < 1) return nothing;
  const more = call.hold_s - usual;
  const time = minutes(Math.abs(more), view.language);
  const words = Math.abs(more) < 60 ? texts.as_usual : fill(more > 0 ? texts.longer : texts.shorter, { time });
  return html`<p class="soft">${words}</p>`;
}

/** Write a misheard moment down, and tell how it becomes a file for a bug report. Nothing is sent by it. */
function report(view: View, call: Call): TemplateResult {
  const { texts, ui } = view;
  const place = ui.place ?? 0;
  return html`<div class="panel" role="group" aria-label=${texts.report}>
    <p>${texts.report_how}</p>
    <label class="check"
      ><input
        type="checkbox"
        .checked=${ui.hasConsent}
        @change=${() => {
          view.set({ hasConsent: !ui.hasConsent });
        }}
      />${texts.report_consent}</label
    >
    <div class="row">
      ${button("mdi:flag", fill(texts.report_mark, { time: duration(place) }), () => {
        view.report(call, place);
      }, { isDisabled: !ui.hasConsent })}
    </div>
    ${ui.reported === undefined
      ? nothing
      : html`<div role="status">
          <p>${fill(texts.report_done, { time: duration(ui.reported) })}</p>
          <pre dir="ltr" tabindex="0">script/hold-slayer report ${call.call_id} --consent --config /config</pre>
        </div>`}
  </div>`;
}
