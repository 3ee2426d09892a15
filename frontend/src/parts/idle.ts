// Nothing goes on: whom to call, and what was.
import { html, nothing, type TemplateResult } from "lit";
import type { CardConfig } from "../ha";
import type { Account, Contact, State, Summary } from "../model";
import { duration, fill, hour, minutes, moment } from "../strings";
import type { View } from "../view";

export function idle(view: View, shown: State, config: CardConfig): TemplateResult {
  const { texts } = view;
  const heading = config.title ?? texts.title;
  const loaded = shown.accounts.filter((account) => account.state === "loaded");
  const usable = loaded.filter((account) => account.can_control);
  if (!shown.accounts.length) {
    return html`<h2>${heading}</h2>
      <p class="soft">${texts.no_account}</p>`;
  }
  const account = usable.find((each) => each.entry_id === view.ui.account) ?? usable[0];
  const tiles = config.hide_contacts
    ? []
    : loaded.flatMap((each) => (each.contacts ?? []).map((contact) => tile(view, each, contact, loaded.length > 1)));
  return html`<h2>${heading}</h2>
    ${loaded.length && !account ? html`<p class="soft">${texts.no_right}</p>` : nothing}
    ${tiles.length ? html`<div class="tiles">${tiles}</div>` : nothing}
    ${config.hide_form || !account ? nothing : form(view, account, usable)}
    ${account && !(config.hide_form && config.hide_contacts) ? facts(view, usable) : nothing}
    ${config.hide_recent ? nothing : recentCalls(view, shown.recent)}`;
}

function tile(view: View, account: Account, contact: Contact, isNamed: boolean): TemplateResult {
  const { texts, language } = view;
  const known: string[] = [];
  if (contact.usual_wait_s !== null) known.push(fill(texts.usually, { time: minutes(contact.usual_wait_s, language) }));
  if (contact.best_hour !== null) known.push(fill(texts.best_at, { hour: hour(contact.best_hour, language) }));
  if (isNamed) known.push(account.title);
  const goal = contact.goal ? {} : { goal: texts.general_goal };
  return html`<button
    type="button"
    class="tile"
    ?disabled=${!account.can_control}
    @click=${() => {
      view.start(account, { contact: contact.name, ...goal, ...released(view, account) });
    }}
  >
    <span class="circle" aria-hidden="true"><ha-icon icon="mdi:phone-outgoing"></ha-icon></span>
    <span class="unseen">${texts.call}:</span>
    <span class="lines">
      <b>${contact.name}</b>
      ${known.length ? html`<small>${known.map((words) => words.replaceAll(" ", "\u00a0")).join(" · ")}</small>` : nothing}
      ${contact.goal ? html`<small>${contact.goal}</small>` : nothing}
    </span>
  </button>`;
}

function form(view: View, account: Account, usable: Account[]): TemplateResult {
  const { texts } = view;
  return html`<form
    class="dial"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const fields = new FormData(event.target as HTMLFormElement);
      view.start(account, { number: fields.get("number"), goal: fields.get("goal"), ...released(view, account) });
    }}
  >
    ${usable.length > 1
      ? html`<label class="whole"
          >${texts.account}<select
            @change=${(event: Event) => {
              view.set({ account: (event.target as HTMLSelectElement).value });
            }}
          >
            ${usable.map(
              (each) => html`<option value=${each.entry_id} ?selected=${each === account}>${each.title}</option>`,
            )}
          </select></label
        >`
      : nothing}
    <label>${texts.number}<input name="number" type="tel" required autocomplete="off" dir="ltr" /></label>
    <label>${texts.goal}<input name="goal" type="text" required autocomplete="off" /></label>
    <button class="main" type="submit"><ha-icon icon="mdi:phone"></ha-icon>${texts.start}</button>
  </form>`;
}

/** The facts that the next call may tell; names only, their values never leave the vault for here. */
function facts(view: View, usable: Account[]): TemplateResult | typeof nothing {
  const names = [...new Set(usable.flatMap((account) => account.facts ?? []))];
  if (!names.length) return nothing;
  return html`<fieldset>
    <legend>${view.texts.may_be_told}</legend>
    <div class="chips">
      ${names.map((name) => {
        const isOn = view.ui.released.includes(name);
        const others = view.ui.released.filter((each) => each !== name);
        return html`<label class="chip">
          <input
            type="checkbox"
            .checked=${isOn}
            @change=${() => {
              view.set({ released: isOn ? others : [...others, name] });
            }}
          />${name.replaceAll("_", " ")}
        </label>`;
      })}
    </div>
  </fieldset>`;
}

/** What of the released facts this account has. */
function released(view: View, account: Account): { facts?: string[] } {
  const facts = view.ui.released.filter((name) => account.facts?.includes(name));
  return facts.length ? { facts } : {};
}

function recentCalls(view: View, calls: Summary[]): TemplateResult {
  const { texts, language } = view;
  if (!calls.length) return html`<p class="soft">${texts.nothing_yet}</p>`;
  return html`<div>
    <h3>${texts.recent}</h3>
    <ul class="recent">
      ${calls.slice(0, 5).map((call) => {
        const isGood = call.outcome === "connected";
        const known = [
          texts.outcome[call.outcome ?? ""] ?? call.outcome,
          call.hold_s >= 1 ? `${duration(call.hold_s)} ${texts.on_hold_for}` : "",
        ];
        return html`<li>
          <button
            type="button"
            @click=${() => {
              view.open(call);
            }}
          >
            <ha-icon class=${isGood ? "good" : ""} icon=${isGood ? "mdi:phone-check" : "mdi:phone-remove-outline"}></ha-icon>
            <span class="lines"><b>${call.company || call.number}</b><small>${known.filter(Boolean).join(" · ")}</small></span>
            <small class="when">${moment(call.started_at, language)}</small>
          </button>
        </li>`;
      })}
    </ul>
  </div>`;
}
