// A call in progress.
import { html, nothing, type TemplateResult } from "lit";
import { type Account, type Call, holdSeconds, type Ring, type Talk } from "../model";
import "../strip";
import { duration, fill, minutes } from "../strings";
import type { View } from "../view";
import { button, round } from "./button";
import { hereBanner, hereButton, talking } from "./here";
import { question } from "./question";
import { transcript } from "./transcript";

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
};
const ZOOMS = [0, 300, 60];

export function inCall(view: View, call: Call, ring: Ring | undefined, talk: Talk | undefined): TemplateResult {
  const { texts } = view;
  const account = view.accountOf(call);
  const isMine = view.talk?.call_id === call.call_id;
  const isHuman = (call.is_human && call.phase !== "connected") || (ring !== undefined && !isMine);
  const isSteered = account?.can_control ?? false;
  return html`${isHuman ? banner(view, call, ring) : headline(view, call)}
    ${isMine ? talking(view, call) : nothing}
    ${isSteered && !isMine ? hereBanner(view, call, ring, talk) : nothing}
    ${strip(view, call)}
    ${!isHuman && call.last_heard ? html`<p class="heard">${call.last_heard}</p>` : nothing} ${menu(view, call)}
    ${isSteered ? question(view, call) : nothing}
    ${account && isSteered
      ? controls(view, call, account, isHuman, isMine, ring !== undefined)
      : html`<p class="soft">${texts.no_right}</p>`}
    ${transcript(view, call, true)}`;
}

function banner(view: View, call: Call, ring: Ring | undefined): TemplateResult {
  const { texts } = view;
  const isRinging = call.phase === "transferring" && call.target && !ring;
  return html`<div class="banner" role="alert">
    <span class="circle" aria-hidden="true"><ha-icon icon="mdi:account-voice"></ha-icon></span>
    <h2>${isRinging ? fill(texts.pick_up, { target: call.target }) : call.is_human ? texts.phase.human : texts.rings_here}</h2>
    <p>${call.company || call.number} · <span class="num">${duration(holdSeconds(call, view.now))}</span> ${texts.on_hold_for}</p>
  </div>`;
}

function headline(view: View, call: Call): TemplateResult {
  const { texts, now } = view;
  const hold = holdSeconds(call, now);
  const isHolding = hold > 0 && call.phase !== "connected";
  const time = isHolding ? hold : now - (call.phase === "connected" ? call.phase_since : call.started_at);
  const wait = call.phase === "connected" ? undefined : view.contactOf(call)?.usual_wait_s;
  const usual = wait ? fill(texts.usually, { time: minutes(wait, view.language) }) : "";
  return html`<div class="head p-${call.phase}">
      <span class="circle" aria-hidden="true"><ha-icon icon=${ICONS[call.phase] ?? "mdi:phone"}></ha-icon></span>
      <div class="lines">
        <h2 aria-live="polite">${texts.phase[call.phase] ?? call.phase}</h2>
        <p class="soft"><b>${call.company || call.number}</b>${call.goal ? html` · ${call.goal}` : nothing}</p>
      </div>
      <div class="time" role="timer">
        <span class="num">${duration(time)}</span><small>${isHolding ? texts.on_hold_for : usual}</small>
      </div>
    </div>
    ${hints(view, call, isHolding ? usual : "")}`;
}

/** Place in the queue, what is left, how the line does. */
function hints(view: View, call: Call, usual: string): TemplateResult | typeof nothing {
  const { texts, language } = view;
  const found: [string, string][] = [];
  const isWaiting = ["navigating", "on_hold", "candidate"].includes(call.phase);
  if (isWaiting && call.queue_position) found.push(["mdi:account-group", fill(texts.in_line, { place: call.queue_position })]);
  if (isWaiting && call.estimated_wait_s) {
    found.push(["mdi:timer-sand", fill(texts.about_left, { time: minutes(call.estimated_wait_s, language) })]);
  }
  if (usual) found.push(["mdi:history", usual]);
  const { quality } = call;
  if (quality && quality.step !== "good") {
    const lost = quality.loss_percent ? fill(texts.lost_percent, { count: quality.loss_percent }) : "";
    found.push(["mdi:signal-cellular-1", [texts.quality[quality.step], lost].filter(Boolean).join(" · ")]);
  } else if (quality && found.length < 3) {
    found.push(["mdi:signal-cellular-3", texts.quality.good ?? ""]);
  }
  if (!found.length) return nothing;
  return html`<ul class="hints">
    ${found.map(([icon, words]) => html`<li><ha-icon icon=${icon}></ha-icon>${words}</li>`)}
  </ul>`;
}

/** The strip with its magnifier; of an ended call it follows the recording and leads it. */
export function strip(view: View, call: Call): TemplateResult | typeof nothing {
  if (!call.strip.length) return nothing;
  const { texts, ui } = view;
  const last = call.strip.at(-1)?.[0] ?? 0;
  const isLive = call.phase !== "ended";
  const began = isLive ? (call.audio_at ?? undefined) : undefined;
  const length = began === undefined ? last : view.now - began;
  const zooms = isLive ? ZOOMS.filter((zoom) => zoom < length) : [];
  return html`<div class="stripped">
    <hold-slayer-strip
      .rows=${call.strip}
      .texts=${texts}
      .zoom=${isLive ? ui.zoom : 0}
      .zero=${began === undefined ? undefined : (began - view.skew) * 1000}
      .place=${isLive ? undefined : ui.place}
      ?seekable=${ui.place !== undefined}
      @seek=${(event: CustomEvent<number>) => {
        view.seek(event.detail);
      }}
    ></hold-slayer-strip>
    ${zooms.length > 1
      ? html`<div class="zooms" role="group" aria-label=${texts.strip}>
          ${zooms.map(
            (zoom) => html`<button
              type="button"
              class="link"
              aria-pressed=${ui.zoom === zoom}
              @click=${() => {
                view.set({ zoom });
              }}
            >
              ${zoom ? minutes(zoom, view.language) : texts.whole}
            </button>`,
          )}
        </div>`
      : nothing}
  </div>`;
}

/** The menu as it was heard, with what was taken. */
function menu(view: View, call: Call): TemplateResult | typeof nothing {
  const { texts } = view;
  if (call.phase !== "navigating" || !call.menu?.length) return nothing;
  return html`<ol class="menu" aria-label=${texts.menu}>
    ${call.menu.map(
      (option) => html`<li class=${option.is_chosen ? "chosen" : ""}>
        <kbd>${option.key.length < 3 ? option.key || "–" : "…"}</kbd>
        <span>${option.purpose || option.key}</span>
        ${option.is_chosen ? html`<ha-icon icon="mdi:check"></ha-icon><span class="unseen">${texts.chosen}</span>` : nothing}
      </li>`,
    )}
  </ol>`;
}

function controls(
  view: View,
  call: Call,
  account: Account,
  isHuman: boolean,
  isMine: boolean,
  isRinging: boolean,
): TemplateResult {
  const { texts, ui } = view;
  if (ui.panel === "hang_up") return reallyHangUp(view, call);
  const isUp = call.answered_at !== null;
  const isApart = isUp && call.phase !== "connected";
  const hasTargets = (account.targets ?? []).length > 0;
  const toggle = (panel: "keypad" | "say" | "targets"): void => {
    view.set({ panel: ui.panel === panel ? "" : panel });
  };
  return html`${isApart && !isRinging
      ? html`<div class="row connect">
          ${hasTargets && call.phase !== "transferring"
            ? button("mdi:phone-incoming", texts.connect, () => {
                view.actOn(call, "transfer");
              }, { kind: isHuman ? "main" : "tonal" })
            : nothing}
          ${isMine ? nothing : hereButton(view, call, isHuman && (!hasTargets || call.phase === "transferring"))}
          ${button("mdi:phone-forward", texts.connect_to, () => {
            toggle("targets");
          }, { isExpanded: ui.panel === "targets" })}
        </div>`
      : nothing}
    ${ui.panel === "targets" && isApart ? targets(view, call, account) : nothing}
    ${call.phase === "transferring" && !isHuman && !isMine && !isRinging
      ? html`<p class="soft">${fill(texts.ringing_at, { target: call.target })}</p>`
      : nothing}
    <div class="bar">
      ${isUp
        ? round("mdi:dialpad", texts.keypad, () => {
            toggle("keypad");
          }, { isExpanded: ui.panel === "keypad" })
        : nothing}
      ${isApart && account.has_tts
        ? round("mdi:bullhorn-outline", texts.say, () => {
            toggle("say");
          }, { isExpanded: ui.panel === "say" })
        : nothing}
      ${isMine ? muted(view) : nothing}
      ${isUp && !isMine ? listener(view, call) : nothing}
      ${call.phase === "connected"
        ? round("mdi:phone-paused", texts.wait_again, () => {
            view.actOn(call, "resume_waiting");
          })
        : nothing}
      ${round("mdi:phone-hangup", texts.hang_up, () => {
        view.set({ panel: "hang_up" });
      }, { kind: "danger" })}
    </div>
    ${ui.panel === "keypad" && isUp ? keypad(view, call) : nothing}
    ${ui.panel === "say" && isApart ? sayForm(view, call) : nothing}`;
}

function reallyHangUp(view: View, call: Call): TemplateResult {
  const { texts } = view;
  return html`<div class="ask" role="alertdialog" aria-label=${texts.really}>
    <span>${texts.really}</span>
    <div class="row">
      ${button("mdi:phone-hangup", texts.yes, () => {
        view.actOn(call, "hang_up");
      }, { kind: "danger" })}
      ${button("", texts.no, () => {
        view.set({ panel: "" });
      })}
    </div>
  </div>`;
}

function muted(view: View): TemplateResult {
  const isMuted = view.talk?.isMuted ?? false;
  return round(isMuted ? "mdi:microphone-off" : "mdi:microphone", isMuted ? view.texts.unmute : view.texts.mute, () => {
    view.mute(!isMuted);
  }, { isPressed: isMuted });
}

function listener(view: View, call: Call): TemplateResult {
  const { texts, isListening } = view;
  return html`${round(isListening ? "mdi:headphones-off" : "mdi:headphones", isListening ? texts.listen_stop : texts.listen, () => {
    if (isListening) view.silence();
    else view.listen(call);
  }, { isPressed: isListening })}
  ${isListening
    ? html`<div class="meter wide" role="meter" aria-label=${texts.level} aria-valuemin="0" aria-valuemax="1" aria-valuenow="0" data-level="far"></div>`
    : nothing}`;
}

function targets(view: View, call: Call, account: Account): TemplateResult {
  const { texts } = view;
  const to = (target: string): void => {
    view.actOn(call, "transfer", { target });
  };
  return html`<div class="panel" role="group" aria-label=${texts.connect_to}>
    <div class="row">
      ${(account.targets ?? []).map((name) =>
        button("mdi:phone", name, () => {
          to(name);
        }),
      )}
    </div>
    <form
      class="line"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        to(textOf(event));
      }}
    >
      <label>${texts.other_number}<input name="text" type="text" inputmode="tel" required autocomplete="off" dir="ltr" /></label>
      <button type="submit">${texts.connect_there}</button>
    </form>
  </div>`;
}

function sayForm(view: View, call: Call): TemplateResult {
  const { texts } = view;
  return html`<form
    class="panel line"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      view.actOn(call, "say", { text: textOf(event) });
    }}
  >
    <label>${texts.say_what}<input name="text" type="text" maxlength="500" required autocomplete="off" /></label>
    <button class="main" type="submit">${texts.say_it}</button>
  </form>`;
}

const textOf = (event: SubmitEvent): string => {
  const text = new FormData(event.target as HTMLFormElement).get("text");
  return typeof text === "string" ? text.trim() : "";
};

function keypad(view: View, call: Call): TemplateResult {
  return html`<div class="keys" role="group" aria-label=${view.texts.keypad}>
    ${KEYS.map(
      (key) => html`<button
        type="button"
        aria-label=${fill(view.texts.key, { key })}
        @click=${() => {
          view.actOn(call, "send_dtmf", { digits: key });
        }}
      >
        ${key}
      </button>`,
    )}
  </div>`;
}
