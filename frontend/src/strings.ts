// Texts by language, and how numbers and times are said.
import { de } from "./texts/de";
import { en, type Strings } from "./texts/en";
import { es } from "./texts/es";
import { fr } from "./texts/fr";
import { nl } from "./texts/nl";

export type { Strings };

export const TABLE: Record<string, Strings> = { en, de, fr, es, nl };

/** Texts of a language tag; English for those that are missing. */
export function strings(language: string | undefined): Strings {
  return TABLE[(language ?? "en").split(/[-_]/)[0]?.toLowerCase() ?? "en"] ?? en;
}

/** Fill `{name}`s in; unknown ones stay empty. */
export function fill(text: string, values: Record<string, unknown>): string {
  const word = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");
  return text.replace(/\{(\w+)\}/g, (_, name: string) => word(values[name]));
}

/** `m:ss` or `h:mm:ss`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** `25 min`, or `< 1 min`, in the user's language. */
export function minutes(seconds: number, language: string): string {
  const count = Math.round(seconds / 60);
  const text = new Intl.NumberFormat(language, { style: "unit", unit: "minute", unitDisplay: "short" }).format(
    Math.max(1, count),
  );
  return count < 1 ? `< ${text}` : text;
}

/** An hour of the day in the user's language. */
export function hour(value: number, language: string): string {
  return new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(new Date(2000, 0, 1, value));
}

/** Day and time of a call. */
export function moment(seconds: number, language: string): string {
  const options = { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(language, options).format(new Date(seconds * 1000));
}
