import type { Call } from "../src/model";
import type { Strings } from "../src/strings";
import { de } from "../src/texts/de";
import { en } from "../src/texts/en";
import { es } from "../src/texts/es";
import { fr } from "../src/texts/fr";
import { nl } from "../src/texts/nl";

export const TABLE: Record<string, Strings> = { en, de, es, fr, nl };

export const call = (changes: Partial<Call> = {}): Call => ({
  call_id: "c1",
  entry_id: "e1",
  company: "Acme Bank",
  number: "+15550100",
  goal: "a charge",
  started_at: 1000,
  answered_at: 1002,
  ended_at: null,
  phase: "on_hold",
  phase_since: 1100,
  hold_started_at: 1100,
  hold_s: 30,
  is_human: false,
  target: "",
  last_action: "",
  last_heard: "",
  outcome: null,
  sentence: "",
  has_recording: false,
  strip: [],
  transcript: [],
  ...changes,
});

/** A call as the "call" message has it. */
export function bare(whole: Call): Omit<Call, "strip" | "transcript"> {
  return Object.fromEntries(
    Object.entries(whole).filter(([key]) => key !== "strip" && key !== "transcript"),
  ) as unknown as Omit<Call, "strip" | "transcript">;
}
