// Texts by language, and how numbers and times are said.
import { loadTexts } from "./load";
import { en, type Strings } from "./texts/en";

export type { Strings };

const KNOWN = ["en", "de", "fr", "es", "nl"];
const loaded = new Map<string, Strings>([["en", en]]);

/** The language of ours that a language tag stands for; English for those that are missing. */
export function ours(tag: string | undefined): string {
  const language = (tag ?? "en").split(/[-_]/)[0]?.toLowerCase() ?? "en";
  return KNOWN.includes(language) ? language : "en";
}

/** Texts of a language tag; English as long as they have not been fetched. */
export function strings(tag: string | undefined): Strings {
  return loaded.get(ours(tag)) ?? en;
}

/** Whether the texts of a language tag are at hand. */
export const hasStrings = (tag: string | undefined): boolean => loaded.has(ours(tag));

/** Fetch them. Those that cannot be fetched are English until the page is loaded anew. */
export async function fetchStrings(tag: string | undefined): Promise<void> {
  const language = ours(tag);
  if (loaded.has(language)) return;
  loaded.set(language, await loadTexts(language).catch(() => en));
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
