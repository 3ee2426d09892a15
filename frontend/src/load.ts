// Files beside the card that not everybody needs: they are fetched when they are wanted, in the card's own version.
import type * as Audio from "./audio";
import type { Strings } from "./texts/en";

/** Why there is no microphone: no secure context, refused, none there, in use by another program, a browser without the means. */
export type Obstacle = "insecure" | "denied" | "no_microphone" | "busy" | "unsupported";

/** What stands between this page and a microphone, as far as that can be known without asking for it. */
export function obstacle(): Obstacle | undefined {
  if (!window.isSecureContext) return "insecure";
  // Not there in old browsers, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  return devices && typeof AudioWorkletNode !== "undefined" ? undefined : "unsupported";
}

/** Address of a file beside this one. Its version goes along: browsers keep these files for a month. */
export function beside(name: string): string {
  const here = new URL(import.meta.url);
  here.pathname = here.pathname.replace(/[^/]+$/, name);
  return here.href;
}

export const loadAudio = (): Promise<typeof Audio> => import(/* @vite-ignore */ beside("audio.js")) as Promise<typeof Audio>;

/** Texts of a language (`de`). */
export async function loadTexts(language: string): Promise<Strings> {
  const file = (await import(/* @vite-ignore */ beside(`texts-${language}.js`))) as Record<string, Strings>;
  const texts = file[language];
  if (!texts) throw new Error(language);
  return texts;
}
