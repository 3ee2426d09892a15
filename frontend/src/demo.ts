// A made-up call for the card picker and the dashboard's edit mode.
import type { State } from "./model";

export function demo(now: number): State {
  const call = {
    call_id: "demo",
    entry_id: "demo",
    company: "Acme Bank",
    number: "+1 555 0100",
    goal: "A charge on my bill",
    started_at: now - 1520,
    answered_at: now - 1510,
    ended_at: null,
    phase: "on_hold",
    phase_since: now - 1440,
    hold_started_at: now - 1440,
    hold_s: 0,
    is_human: false,
    target: "",
    last_action: "",
    last_heard: "Your call is important to us. Please stay on the line.",
    outcome: null,
    sentence: "",
    has_recording: false,
    audio_at: now - 1510,
    quality: { step: "good", loss_percent: 0 } as const,
    queue_position: 2,
    estimated_wait_s: 240,
    strip: [
      [0, "recording"],
      [62, "silence"],
      [70, "music"],
      [520, "recording"],
      [532, "music"],
      [1010, "recording"],
      [1022, "music"],
    ] as [number, string][],
    transcript: [],
  };
  const account = {
    entry_id: "demo",
    title: "Demo",
    state: "loaded",
    can_control: true,
    entities: {},
    registration: "registered",
    has_stt: true,
    has_tts: true,
    targets: ["Kitchen"],
    contacts: [],
  };
  return { accounts: [account], calls: [call], recent: [], phones: [], skew: 0 };
}
