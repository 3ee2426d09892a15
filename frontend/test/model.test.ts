import { describe, expect, it } from "vitest";
import { audioStart, holdSeconds, lineAt, type Message, reduce, shownCall, type State } from "../src/model";
import { bare, call } from "./fixtures";

const line = (id: number) => ({ id, at_s: id, kind: "prompt_heard", speaker: "far" as const, text: `line ${id}`, data: {} });
const account = (entry_id: string, state = "loaded") => ({ entry_id, title: entry_id, state, can_control: true, entities: {} });
const start = (changes: Partial<State> = {}): State => ({
  accounts: [account("e1")],
  calls: [call()],
  recent: [],
  phones: [],
  skew: 0,
  ...changes,
});
const after = (state: State, ...messages: Message[]): State => {
  let now: State | undefined = state;
  for (const message of messages) now = reduce(now, message, 2000);
  if (!now) throw new Error("no state");
  return now;
};

describe("the state", () => {
  it("begins with a snapshot and knows how far the clocks are apart", () => {
    const message: Message = { kind: "snapshot", now: 2005, accounts: [], calls: [call()], recent: [] };
    expect(reduce(undefined, message, 2000)).toMatchObject({ skew: 5, calls: [{ call_id: "c1" }] });
    expect(reduce(undefined, { kind: "account_removed", entry_id: "e1" }, 0)).toBeUndefined();
  });

  it("keeps strip and transcript when a call changes", () => {
    const old = start({ calls: [call({ transcript: [line(1)], strip: [[0, "music"]] })] });
    const change = bare(call({ phase: "human", is_human: true }));
    const [now] = after(old, { kind: "call", now: 2000, call: change }).calls;
    expect(now).toMatchObject({ phase: "human", transcript: [{ id: 1 }], strip: [[0, "music"]] });
  });

  it("takes a new call in the place of one that has ended", () => {
    const fresh = bare(call({ call_id: "c2", phase: "dialing" }));
    const calls = after(start({ calls: [call({ phase: "ended" })] }), { kind: "call", now: 2000, call: fresh }).calls;
    expect(calls.map((each) => each.call_id)).toEqual(["c2"]);
    expect(calls[0]).toMatchObject({ strip: [], transcript: [] });
  });

  it("appends lines, the last five hundred of them", () => {
    const lines = Array.from({ length: 600 }, (_, id): Message => ({ kind: "transcript", call_id: "c1", line: line(id) }));
    const [now] = after(start(), ...lines).calls;
    expect(now?.transcript).toHaveLength(500);
    expect(now?.transcript.at(-1)?.id).toBe(599);
    expect(after(start(), { kind: "transcript", call_id: "other", line: line(1) }).calls[0]?.transcript).toEqual([]);
  });

  it("replaces the end of the strip", () => {
    const message: Message = { kind: "strip", call_id: "c1", from: 1, rows: [[5, "speech"], [6, ""]] };
    const old = start({ calls: [call({ strip: [[0, "music"], [4, ""]] })] });
    expect(after(old, message).calls[0]?.strip).toEqual([[0, "music"], [5, "speech"], [6, ""]]);
  });

  it("follows accounts that come, stop and go", () => {
    const two = after(start(), { kind: "account", account: account("e2") });
    expect(two.accounts.map((each) => each.entry_id)).toEqual(["e1", "e2"]);
    expect(after(two, { kind: "account", account: account("e1", "not_loaded") }).calls).toEqual([]);
    const gone = after(two, { kind: "account_removed", entry_id: "e1" });
    expect(gone.accounts.map((each) => each.entry_id)).toEqual(["e2"]);
    expect(gone.calls).toEqual([]);
  });

  it("follows the telephone in the browser, account by account", () => {
    const rings = [{ ring_id: "r", call_id: "c1", name: "Browser", until: 5 }];
    const one = after(start(), { kind: "browser", entry_id: "e1", rings, talks: [] });
    const two = after(one, { kind: "browser", entry_id: "e2", rings: [], talks: [{ call_id: "c2", is_lost: true }] });
    expect(two.phones.map((each) => each.entry_id)).toEqual(["e1", "e2"]);
    expect(after(two, { kind: "browser", entry_id: "e1", rings: [], talks: [] }).phones.flatMap((each) => each.rings)).toEqual([]);
    expect(after(two, { kind: "account", account: account("e1", "not_loaded") }).phones).toHaveLength(1);
    expect(after(two, { kind: "account_removed", entry_id: "e2" }).phones).toHaveLength(1);
  });

  it("renews the last calls of one account only, newest first", () => {
    const old = start({ recent: [call({ call_id: "a", entry_id: "e2", started_at: 5 }), call({ call_id: "b" })] });
    const recent = [call({ call_id: "d", started_at: 9 }), call({ call_id: "c", started_at: 1 })];
    const now = after(old, { kind: "recent", entry_id: "e1", recent });
    expect(now.recent.map((each) => each.call_id)).toEqual(["d", "a", "c"]);
  });
});

describe("what is shown", () => {
  it("counts the running hold", () => {
    expect(holdSeconds(call(), 1160)).toBe(90);
    expect(holdSeconds(call({ phase: "candidate" }), 1160)).toBe(90);
    expect(holdSeconds(call({ phase: "human" }), 1160)).toBe(30);
    expect(holdSeconds(call(), 1000)).toBe(30);
  });

  it("prefers a human, then a call in progress", () => {
    const [ended, waiting, human] = [call({ phase: "ended" }), call(), call({ phase: "human", is_human: true })];
    expect(shownCall([ended, waiting, human])).toBe(human);
    expect(shownCall([ended, waiting])).toBe(waiting);
    expect(shownCall([ended])).toBe(ended);
    expect(shownCall([])).toBeUndefined();
  });

  it("prefers what rings here, and what was chosen", () => {
    const [first, human, third] = [call(), call({ call_id: "c2", is_human: true }), call({ call_id: "c3" })];
    expect(shownCall([first, human, third], "c3")).toBe(third);
    expect(shownCall([first, human, third], "c3", "c1")).toBe(first);
    expect(shownCall([first, human], "gone", "gone too")).toBe(human);
  });

  it("knows which words belong to a place of the recording", () => {
    // Audio of 90 s in a call of 100 s: it began with the ringing, 10 s after the start.
    const past = call({ started_at: 1000, ended_at: 1100, strip: [[0, "music"], [90, ""]], transcript: [line(12), line(40)] });
    expect(audioStart(past)).toBe(10);
    expect([0, 2, 29, 30, 90].map((place) => lineAt(past, place))).toEqual([-1, 0, 0, 1, 1]);
    expect(audioStart(call())).toBe(0);
  });
});
