"""The legs of a call and what they cost, read from its story. A leg is one line: the company's, or one to a phone of the user's."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from ..engine.model.call_event import OccurrenceKind

FAR: Final = "far"


@dataclass(frozen=True, slots=True)
class Rates:
    """What an account's calls cost, as the user says; nothing is looked up."""

    per_minute: float = 0.0
    """Of every line that is up, by the second."""
    per_call: float = 0.0
    """Of every line that was answered."""
    currency: str = ""
    """ISO 4217."""

    @property
    def is_known(self) -> bool:
        """False: the user has not said what calls cost."""
        return self.per_minute > 0.0 or self.per_call > 0.0

    def cost(self, legs: Iterable[Leg]) -> float | None:
        """Of a whole call; None: not known."""
        if not self.is_known:
            return None
        answered = [leg for leg in legs if leg.answered_at is not None]
        return round(sum(self.per_call + self.per_minute * leg.talk_s / 60.0 for leg in answered), 4)


@dataclass(slots=True)
class Leg:
    """One line; times are seconds since the epoch."""

    name: str
    """``far``, or the name of the hand-over target."""
    started_at: float
    answered_at: float | None = None
    ended_at: float | None = None
    reason: str = ""
    """Why it ended: an outcome for the company's, a failure for the user's; empty: it was put down."""

    @property
    def talk_s(self) -> float:
        """Seconds from the answer to the end."""
        if self.answered_at is None or self.ended_at is None:
            return 0.0
        return max(0.0, self.ended_at - self.answered_at)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def legs_of(story: Iterable[Mapping[str, Any]]) -> list[Leg]:
    """All legs of an ended call, in the order in which they were begun. ``story``: its occurrences (``kind``, ``at``, ``data``).

    Phones that ring at once are told apart by their names.
    """
    legs: list[Leg] = []

    def last(name: str) -> Leg | None:
        return next((leg for leg in reversed(legs) if leg.name == name and leg.ended_at is None), None)

    def end_users(at: float, besides: str = "") -> None:
        for leg in legs:
            if leg.name not in (FAR, besides) and leg.ended_at is None:
                leg.ended_at = at

    for each in story:
        kind, at, data = each["kind"], float(each["at"]), each["data"]
        target = str(data.get("target", ""))
        match kind:
            case OccurrenceKind.STARTED:
                legs.append(Leg(FAR, at))
            case OccurrenceKind.ANSWERED if (far := last(FAR)) is not None and far.answered_at is None:
                far.answered_at = at
            case OccurrenceKind.TARGET_RINGING:
                legs.append(Leg(target, at))
            case OccurrenceKind.TARGET_FAILED if (leg := last(target)) is not None:
                leg.ended_at, leg.reason = at, str(data.get("reason", ""))
            case OccurrenceKind.CONNECTED:
                if (leg := last(target)) is not None:
                    leg.answered_at = at
                end_users(at, besides=target)
            case OccurrenceKind.HOLD_STARTED:
                # Handed back, or nobody came to the phone: whoever was there is not any more.
                end_users(at)
            case OccurrenceKind.ENDED:
                end_users(at)
                if (far := last(FAR)) is not None:
                    far.ended_at, far.reason = at, str(data.get("outcome", ""))
            case _:
                pass
    return legs
