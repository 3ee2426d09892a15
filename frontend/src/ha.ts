// The few shapes of Home Assistant that the card relies on; there is no official package for them.
import type { Connection } from "home-assistant-js-websocket";

export interface Hass {
  connection: Connection;
  language: string;
  locale?: { language: string };
  callService: (domain: string, service: string, data?: Record<string, unknown>) => Promise<unknown>;
  callWS: <T>(message: { type: string; [key: string]: unknown }) => Promise<T>;
  entities?: Record<string, { platform?: string } | undefined>;
}

export interface CardConfig {
  type: string;
  title?: string;
  /** Config entry of one account; without it all accounts are shown. */
  account?: string;
  hide_contacts?: boolean;
  hide_form?: boolean;
  hide_recent?: boolean;
  hide_transcript?: boolean;
  sound?: boolean;
}

interface Suggestion {
  config: CardConfig;
}

export interface CustomCard {
  type: string;
  name: string;
  description: string;
  preview: boolean;
  documentationURL: string;
  getEntitySuggestion: (hass: Hass, entityId: string) => Suggestion | null;
}

declare global {
  interface Window {
    customCards?: CustomCard[];
  }
}
