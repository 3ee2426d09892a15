// What the integration sends (docs/websocket.md), and the state that is made of it.

export type Row = [number, string];

export interface Line {
  id: number;
  at_s: number;
  kind: string;
  speaker: "far" | "agent" | "note";
  text: string;
  data: Record<string, unknown>;
}

export interface Summary {
  call_id: string;
  entry_id: string;
  company: string;
  number: string;
  goal: string;
  started_at: number;
  ended_at: number | null;
  hold_s: number;
  outcome: string | null;
  sentence: string;
  has_recording: boolean;
}

export interface Question {
  question_id: number;
  /** Kind of fact, as a name with underscores; "question": the language model asks. */
  fact: string;
  /** What the language model asks; empty or absent: the line asks. */
  asks?: string;
  /** Names of kept facts that would answer. */
  offers?: string[];
  /** What the line said. */
  text: string;
  deadline: number;
}

export interface MenuOption {
  /** The key, or the words to say; empty: by doing nothing. */
  key: string;
  purpose: string;
  is_chosen: boolean;
}

export interface Quality {
  step: "good" | "fair" | "bad";
  /** Of all packets that did not arrive, either way. */
  loss_percent: number;
}

/** The telephone in the browser rings. */
export interface Ring {
  ring_id: string;
  call_id: string;
  /** Of the hand-over target. */
  name: string;
  until: number;
}

export interface Talk {
  call_id: string;
  /** Its browser's connection has broken; it may be taken up again for a few seconds. */
  is_lost: boolean;
}

/** What the browsers of one account are shown of their telephone. */
export interface Phone {
  entry_id: string;
  rings: Ring[];
  talks: Talk[];
}

export interface Call extends Summary {
  phase: string;
  answered_at: number | null;
  phase_since: number;
  hold_started_at: number | null;
  is_human: boolean;
  target: string;
  last_action: string;
  last_heard: string;
  question?: Question | null;
  menu?: MenuOption[];
  quality?: Quality | null;
  queue_position?: number | null;
  estimated_wait_s?: number | null;
  /** Wall clock of the first sound, server's clock: known once the strip has begun. */
  audio_at?: number | null;
  strip: Row[];
  transcript: Line[];
}

export interface Contact {
  name: string;
  number: string;
  goal: string;
  language: string;
  usual_wait_s: number | null;
  best_hour: number | null;
}

export interface Account {
  entry_id: string;
  title: string;
  state: string;
  can_control: boolean;
  entities: Record<string, string>;
  registration?: string;
  has_stt?: boolean;
  has_tts?: boolean;
  targets?: string[];
  contacts?: Contact[];
  /** Names of facts that may be released to a call. */
  facts?: string[];
}

export type Message =
  | { kind: "snapshot"; now: number; accounts: Account[]; calls: Call[]; recent: Summary[]; phones?: Phone[] }
  | { kind: "call"; now: number; call: Omit<Call, "strip" | "transcript"> }
  | { kind: "transcript"; call_id: string; line: Line }
  | { kind: "strip"; call_id: string; from: number; rows: Row[] }
  | { kind: "account"; account: Account }
  | { kind: "browser"; entry_id: string; rings: Ring[]; talks: Talk[] }
  | { kind: "account_removed"; entry_id: string }
  | { kind: "recent"; entry_id: string; recent: Summary[] };

export interface State {
  accounts: Account[];
  calls: Call[];
  recent: Summary[];
  phones: Phone[];
  /** Seconds that the server's clock is ahead of the browser's. */
  skew: number;
}

const MOST_LINES = 500;
const WAITING = new Set(["on_hold", "candidate"]);

const changed = (calls: Call[], id: string, change: (call: Call) => Call): Call[] =>
  calls.map((call) => (call.call_id === id ? change(call) : call));

/** The state after a message; `now`: the browser's clock, seconds. Messages about calls that nobody knows change nothing. */
export function reduce(state: State | undefined, message: Message, now: number): State | undefined {
  if (message.kind === "snapshot") {
    const { accounts, calls, recent, phones = [] } = message;
    return { accounts, calls, recent, phones, skew: message.now - now };
  }
  if (!state) return state;
  switch (message.kind) {
    case "call": {
      const { call } = message;
      const skew = message.now - now;
      if (state.calls.some((each) => each.call_id === call.call_id)) {
        return { ...state, skew, calls: changed(state.calls, call.call_id, (old) => ({ ...old, ...call })) };
      }
      const calls = state.calls.filter((each) => each.phase !== "ended" || each.entry_id !== call.entry_id);
      return { ...state, skew, calls: [{ ...call, strip: [], transcript: [] }, ...calls] };
    }
    case "transcript": {
      const add = (call: Call): Call => ({ ...call, transcript: [...call.transcript, message.line].slice(-MOST_LINES) });
      return { ...state, calls: changed(state.calls, message.call_id, add) };
    }
    case "strip": {
      const replace = (call: Call): Call => ({ ...call, strip: [...call.strip.slice(0, message.from), ...message.rows] });
      return { ...state, calls: changed(state.calls, message.call_id, replace) };
    }
    case "account": {
      const others = state.accounts.filter((each) => each.entry_id !== message.account.entry_id);
      const isNew = others.length === state.accounts.length;
      const accounts = isNew
        ? [...others, message.account]
        : state.accounts.map((each) => (each.entry_id === message.account.entry_id ? message.account : each));
      const isLoaded = message.account.state === "loaded";
      const calls = isLoaded ? state.calls : state.calls.filter((each) => each.entry_id !== message.account.entry_id);
      const phones = isLoaded ? state.phones : state.phones.filter((each) => each.entry_id !== message.account.entry_id);
      return { ...state, accounts, calls, phones };
    }
    case "browser": {
      const { entry_id, rings, talks } = message;
      return { ...state, phones: [...state.phones.filter((each) => each.entry_id !== entry_id), { entry_id, rings, talks }] };
    }
    case "account_removed": {
      const keep = (each: { entry_id: string }): boolean => each.entry_id !== message.entry_id;
      const { accounts, calls, recent, phones } = state;
      return {
        ...state,
        accounts: accounts.filter(keep),
        calls: calls.filter(keep),
        recent: recent.filter(keep),
        phones: phones.filter(keep),
      };
    }
    case "recent": {
      const others = state.recent.filter((each) => each.entry_id !== message.entry_id);
      const recent = [...others, ...message.recent.map((each) => ({ ...each, entry_id: message.entry_id }))];
      return { ...state, recent: recent.sort((a, b) => b.started_at - a.started_at) };
    }
  }
}

/** Seconds on hold up to `now` (server's clock), the running hold included. */
export function holdSeconds(call: Call, now: number): number {
  const running = WAITING.has(call.phase) && call.hold_started_at !== null ? now - call.hold_started_at : 0;
  return call.hold_s + Math.max(0, running);
}

/** The call to show: the one chosen, one that rings here, one with a human, else the newest in progress, else the last one. */
export function shownCall(calls: Call[], chosen = "", ringing = ""): Call | undefined {
  const active = calls.filter((call) => call.phase !== "ended");
  const find = (id: string): Call | undefined => active.find((call) => call.call_id === id);
  return find(ringing) ?? find(chosen) ?? active.find((call) => call.is_human) ?? active[0] ?? calls[0];
}

/** Audio second 0 (first sound of the company's line) in seconds since an ended call began: its audio lasts until its end. */
export function audioStart(call: Call): number {
  const end = call.strip.at(-1)?.[0] ?? 0;
  return call.ended_at === null ? 0 : Math.max(0, call.ended_at - call.started_at - end);
}

/** The line that was being said at `place` (audio seconds) of an ended call; -1: none yet. */
export function lineAt(call: Call, place: number): number {
  const at = place + audioStart(call);
  return call.transcript.findLastIndex((line) => line.at_s <= at);
}
