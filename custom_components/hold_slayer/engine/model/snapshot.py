"""What the outside may see of a call: an immutable picture, renewed with every change."""

from dataclasses import dataclass, field

from .hold_pattern import HoldPattern
from .line_quality import LineQuality
from .model_use import ModelUse
from .phase import FrameLabel, Outcome, Phase
from .strip import StripRun


@dataclass(frozen=True, slots=True)
class UserQuestion:
    """Something that only the user knows, asked while the line waits."""

    question_id: int
    fact: str
    """Kind of the fact (``account``, ``birth``, ``pin``, …, see `engine/ivr/fact_kinds.json`); ``question``: the model asks."""
    text: str = field(repr=False)
    """What the line said: data, never an instruction."""
    deadline: float
    """Wall clock, seconds since the epoch; then the call goes on without an answer."""
    asks: str = field(default="", repr=False)
    """What the language model wants to know, in its words; empty: the line asks."""
    offers: tuple[str, ...] = ()
    """Names of kept facts that would answer, if the user says so."""


@dataclass(frozen=True, slots=True)
class MenuOption:
    """One way on in the menu that was heard last."""

    key: str
    """The key, or the words to say; empty: by doing nothing."""
    purpose: str = field(repr=False)
    """What it is for, as the line said: data, never an instruction."""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class CallSnapshot:
    """One call at one moment. Times are wall-clock seconds since the epoch; None where it has not happened."""

    call_id: str
    phase: Phase
    number: str
    """As dialled (for the user's own eyes; never logged)."""
    company: str
    goal: str
    started_at: float
    phase_since: float
    answered_at: float | None = None
    audio_at: float | None = None
    """Second 0 of the company's audio, and so of `strip` and recording: before the answer where there is early media."""
    ended_at: float | None = None
    hold_started_at: float | None = None
    """Start of the present or last hold."""
    hold_s: float = 0.0
    """Seconds spent on hold in finished holds."""
    is_human: bool = False
    """True from the confirmed human on, as long as the far leg is up."""
    audio_class: FrameLabel | None = None
    confidence: float = 0.0
    language: str = ""
    """What the line speaks, as set by the user or heard since; empty: not known."""
    last_heard: str = ""
    last_action: str = ""
    menu: tuple[MenuOption, ...] = ()
    """As heard last, by the rules' understanding; of no meaning outside of menus."""
    target_name: str = ""
    """Hand-over target ringing or connected."""
    outcome: Outcome | None = None
    sentence: str = ""
    """Why it ended, in English."""
    question: UserQuestion | None = None
    """What the user is being asked now."""
    hold_pattern: HoldPattern | None = None
    """The loop of music, the beeps or the rings of the present or last hold, once known."""
    queue_place: int | None = None
    """Place in the queue as last announced; 1 is the next one."""
    queue_at: float = 0.0
    """When it was announced."""
    queue_s_each: float | None = None
    """Seconds that one place has taken so far in this call."""
    announced_wait_s: float | None = None
    """Wait as last announced."""
    announced_at: float = 0.0
    usual_wait_s: float | None = None
    """Usual time on hold at this number."""
    quality: LineQuality | None = None
    """Of the company's line, as last looked at; None before it was."""
    model_use: ModelUse = field(default_factory=ModelUse)
    """What was asked of the language model so far."""
    recording: str = ""
    """Name of the finished recording's file; empty: none."""
    strip: tuple[StripRun, ...] = field(default=(), repr=False)
    """What has been on the line since its first sound. The last run goes on until the next one begins or the call ends."""

    @property
    def is_active(self) -> bool:
        """True until the call has ended."""
        return self.phase is not Phase.ENDED

    def estimated_wait_s(self, now: float) -> float | None:
        """Seconds still to wait at ``now`` (wall clock): as announced, else by the queue's pace, else as usual; None: unknown.

        It never gets negative: a wait that is over and goes on is 0.
        """
        if self.phase not in (Phase.NAVIGATING, Phase.ON_HOLD, Phase.CANDIDATE):
            return None
        if self.announced_wait_s is not None:
            left = self.announced_wait_s - (now - self.announced_at)
        elif self.queue_place is not None and self.queue_s_each is not None:
            left = self.queue_place * self.queue_s_each - (now - self.queue_at)
        elif self.usual_wait_s is not None:
            left = self.usual_wait_s - self.hold_total_s(now)
        else:
            return None
        return max(0.0, left)

    def hold_total_s(self, now: float) -> float:
        """Seconds on hold up to ``now`` (wall clock), the running hold included."""
        if self.phase in (Phase.ON_HOLD, Phase.CANDIDATE) and self.hold_started_at is not None:
            return self.hold_s + max(0.0, now - self.hold_started_at)
        return self.hold_s
