// What every part of the card gets: the words, the time, what is shown of the user's doing, and how to act.
import type { Hass } from "./ha";
import type { Obstacle } from "./load";
import type { Account, Call, Contact, Summary } from "./model";
import type { Strings } from "./strings";

export type Panel = "" | "keypad" | "say" | "targets" | "hang_up" | "report";

/** What the user has opened, chosen and typed: kept by the card, gone with the page. */
export interface Ui {
  panel: Panel;
  /** Seconds of the strip that are shown; 0: all. */
  zoom: number;
  /** Facts that the next call may tell, by name. */
  released: readonly string[];
  /** Account of the number field. */
  account: string;
  /** Call that is shown when there are several. */
  chosen: string;
  /** Where the recording is being played, seconds. */
  place?: number;
  /** The misheard moment that has been written down, audio seconds. */
  reported?: number;
  hasConsent: boolean;
}

export interface TalkView {
  call_id: string;
  isConnected: boolean;
  isMuted: boolean;
}

export interface View {
  texts: Strings;
  language: string;
  /** The server's clock, seconds. */
  now: number;
  /** Seconds that the server's clock is ahead of the browser's. */
  skew: number;
  hass?: Hass;
  isPreview: boolean;
  hasTranscript: boolean;
  ui: Ui;
  isListening: boolean;
  /** The talk of this very card. */
  talk?: TalkView;
  obstacle?: Obstacle;
  isPast: boolean;
  accountOf: (call: { entry_id: string }) => Account | undefined;
  contactOf: (call: Call) => Contact | undefined;
  set: (changes: Partial<Ui>) => void;
  /** Run an action on a call. */
  actOn: (call: Call, action: string, data?: Record<string, unknown>) => void;
  /** Begin a call. */
  start: (account: Account, data: Record<string, unknown>) => void;
  open: (call: Summary) => void;
  close: (call: Call) => void;
  listen: (call: Call) => void;
  silence: () => void;
  /** Talk here: accept a ring, go on, or be put through. */
  talkIn: (call: Call, ring?: string) => void;
  decline: (ring: string) => void;
  mute: (isMuted: boolean) => void;
  report: (call: Call, second: number) => void;
  seek: (second: number) => void;
}
