"""Whether a demo call did what it should: judged from both ends, the simulator's log and Home Assistant's events."""

from dataclasses import dataclass, field
from typing import Any

_EARLY_S = 0.25
"""How much earlier than the logged onset a human may be noticed: the log is written before the first sound goes out."""


@dataclass(slots=True)
class Findings:
    """What was checked: name to (held, detail)."""

    checks: dict[str, tuple[bool, str]] = field(default_factory=dict)

    @property
    def is_success(self) -> bool:
        """True when everything held."""
        return all(held for held, _ in self.checks.values())

    def check(self, name: str, held: object, detail: str = "") -> None:
        """Note one check."""
        self.checks[name] = (bool(held), detail)


def judge(world: list[dict[str, Any]], told: list[dict[str, Any]], expected_queue: str) -> Findings:
    """``world``: the simulator's events; ``told``: Home Assistant's, each with ``event`` and wall-clock ``at``."""
    findings = Findings()
    queues = [item["name"] for item in world if item["event"] == "queue"]
    findings.check("right queue reached", queues == [expected_queue], ", ".join(queues) or "none")
    onset = next((item["at"] for item in world if item["event"] == "representative_onset"), None)
    humans = [item["at"] for item in told if item["event"] == "human_answered"]
    is_in_time = onset is not None and len(humans) == 1 and humans[0] >= onset - _EARLY_S
    delay = f"{humans[0] - onset:.1f} s after onset" if onset is not None and humans else "never"
    findings.check("human confirmed after onset and not before", is_in_time, delay)
    spoken = next((item["speech_s"] for item in world if item["event"] == "representative_greeted"), 0.0)
    findings.check("representative greeted", spoken > 1.0, f"{spoken:.1f} s of speech heard")
    answered = any(item["event"] == "phone_answered" for item in world)
    findings.check("user's phone answered", answered)
    for hearer, source in (("user", "representative"), ("representative", "user")):
        audio = next((item for item in world if item["event"] == "audio" and item["heard_by"] == hearer), None)
        detail = f"correlation {audio['correlation']:.2f}" if audio is not None else "not measured"
        findings.check(f"{hearer} hears {source}", audio is not None and audio["ok"], detail)
    ended = next((item for item in told if item["event"] == "ended"), {})
    findings.check("outcome is connected", ended.get("outcome") == "connected", str(ended.get("outcome")))
    return findings
