// What the line wants to know and only the user knows.
import { html, nothing, type TemplateResult } from "lit";
import type { Call } from "../model";
import { fill } from "../strings";
import type { View } from "../view";

/** A field for the answer to an open question, and the seconds left. */
export function question(view: View, call: Call): TemplateResult | typeof nothing {
  const { texts } = view;
  const asked = call.question;
  if (!asked) return nothing;
  const answer = (words: Record<string, unknown>): void => {
    view.actOn(call, "answer_question", { question_id: asked.question_id, ...words });
  };
  return html`<form
    class="question"
    autocomplete="off"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const field = (event.target as HTMLFormElement).querySelector("input");
      if (field?.value) answer({ answer: field.value });
    }}
  >
    <div role="alert">
      <b
        >${
          asked.asks
            ? fill(texts.model_question, { question: asked.asks })
            : fill(texts.question, { fact: asked.fact.replaceAll("_", " ") })
        }</b
      >
      ${asked.asks ? html`<p>${texts.model_question_hint}</p>` : nothing}
      ${asked.text ? html`<p class="heard">${asked.text}</p>` : nothing}
    </div>
    <label>${texts.answer}<input name="answer" type="text" autocomplete="off" required /></label>
    <div class="row">
      ${(asked.offers ?? []).map(
        (fact) =>
          html`<button
            class="main"
            type="button"
            @click=${() => {
              answer({ fact });
            }}
          >
            ${fill(texts.tell_fact, { fact: fact.replaceAll("_", " ") })}
          </button>`,
      )}
      <button class="main" type="submit">${texts.send}</button>
      <button
        type="button"
        @click=${() => {
          answer({ decline: true });
        }}
      >
        ${texts.decline}
      </button>
      <span class="soft">${fill(texts.seconds_left, { count: Math.max(0, Math.ceil(asked.deadline - view.now)) })}</span>
    </div>
  </form>`;
}
