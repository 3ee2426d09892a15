import { render } from "lit";
import { expect, it, vi } from "vitest";
import type { Call, Question } from "../src/model";
import { question } from "../src/parts/question";
import { strings } from "../src/strings";
import type { View } from "../src/view";

const PIN: Question = { question_id: 3, fact: "pin", text: "Enter your PIN.", deadline: 1040 };

/** The question as the card shows it, and what the user's deeds call. */
function shown(asked: Question): { text: string; actOn: ReturnType<typeof vi.fn>; press: (name: string) => void } {
  const actOn = vi.fn();
  const root = document.createElement("div");
  const call = { call_id: "c1", question: asked } as Call;
  render(question({ texts: strings("en"), now: 1000, actOn } as unknown as View, call), root);
  const press = (name: string): void => {
    const button = [...root.querySelectorAll("button")].find((each) => each.textContent.trim() === name);
    if (!button) throw new Error(`no button ${name}`);
    button.click();
  };
  return { text: root.textContent.replace(/\s+/g, " "), actOn, press };
}

it("offers the kept fact that would answer", () => {
  const { text, actOn, press } = shown({ ...PIN, offers: ["bank_pin"] });
  expect(text).toContain("The line asks for: pin");
  press("Tell my bank pin");
  expect(actOn).toHaveBeenCalledExactlyOnceWith(expect.anything(), "answer_question", { question_id: 3, fact: "bank_pin" });
});

it("says so when the language model asks", () => {
  const { text } = shown({ ...PIN, fact: "question", asks: "Gas or power?", text: "For gas press 1." });
  expect(text).toContain("Your language model asks: Gas or power?");
  expect(text).toContain("no passwords, PINs or numbers");
  expect(text).toContain("For gas press 1.");
  expect(text).not.toContain("The line asks for");
});
