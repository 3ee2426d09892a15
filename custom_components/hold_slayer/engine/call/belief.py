"""How sure we are that a candidate is a person: everything known, as one sum of log-odds.

Independent pieces of evidence multiply odds, so their logarithms add up (I. J. Good, Probability and the Weighing of Evidence,
1950). Each weight is the logarithm of how many times likelier a person makes it so than a recording. They are chosen on fleets of
simulated calls with other seeds and other texts than the reported ones (`bench/fleet.py`); rounded, for they are no finer.
"""

from dataclasses import dataclass, field
from math import exp

from ..classify.reason import Reason
from ..model.phase import Verdict
from .wording import Wording

CONFIRM = 3.0
"""Believed from here on, 20 to 1, once words are known in which there is nothing of a person."""
CONFIRM_EARLY, CONFIRM_LIKELY = 1.2, 2.0
"""Before any words are known, and with words that are surely a person's; with words that may be, in a short sentence. Most of what
speaks for a person comes a second or two later, and who proves a recording after all is known from then on."""
CONFIRM_UNASKED = -1.0
"""Where nobody can be asked one to three is enough once the ear is sure: a person who is missed is gone."""
UNBACKED = 3.0
"""So much more where the ear does not think of a person and something still follows: words are never alone enough."""
SURE_WORDS = 4.0
ASK = -5.0
"""Below that nobody is asked whether they are there."""

EAR_CANDIDATE, EAR_WAITS, EAR_REPLIED = 1.0, 2.5, 6.0
_EAR_MIDDLE, _EAR_SLOPE, _EAR_LEAST, _EAR_MOST = 0.535, 6.7, -0.8, 0.5
"""What the ear's confidence in a candidate adds: half of what fleets of other seeds show, for the ear knows their clips."""
PAUSE, QUIET = 0.5, 1.5
SHORT_HELLO, HELLO_SO_FAR = 4.0, 2.5
"""A "hello?" and nothing else; the same before a pause after which it may go on."""
TOLD_LONG = -1.5
RAN_ON = -2.0


@dataclass(slots=True)
class Belief:
    """The evidence about one candidate, by name."""

    prior: float
    ignored: frozenset[str] = frozenset()
    """Names of evidence that is not taken (`BrainConfig.ignored_evidence`)."""
    weights: dict[str, float] = field(default_factory=dict)

    def note(self, name: str, weight: float) -> None:
        """Take a piece of evidence, or renew it."""
        if name not in self.ignored:
            self.weights[name] = weight

    def forget(self, name: str) -> None:
        """It does not hold any more."""
        self.weights.pop(name, None)

    def ear(self, verdict: Verdict, reason: str, confidence: float, *, has_words: bool) -> None:
        """By sound alone: never-heard speech, a greeting and then waiting, or a reply to us.

        ``has_words``: a reply's words are judged instead.
        """
        weight = EAR_CANDIDATE if verdict in (Verdict.CANDIDATE, Verdict.HUMAN) else 0.0
        if verdict is Verdict.CANDIDATE and reason == Reason.SPEECH_AFTER_HOLD:
            weight += max(_EAR_LEAST, min(_EAR_MOST, (confidence - _EAR_MIDDLE) * _EAR_SLOPE))
        if verdict is Verdict.HUMAN and reason == Reason.GREETING_AND_WAIT:
            weight = EAR_WAITS
        elif verdict is Verdict.HUMAN and not (has_words and reason == Reason.REPLIED):
            weight = EAR_REPLIED
        self.note("sound", weight)

    def words(self, wording: Wording) -> None:
        """What has been said so far; the strongest counts, for words that tell nothing take nothing back."""
        old = self.weights.get("words")
        if old is None or wording.log_odds > old or (old <= 0.0):
            self.note("words", wording.log_odds)

    @property
    def log_odds(self) -> float:
        """The sum."""
        return self.prior + sum(self.weights.values())

    @property
    def confidence(self) -> float:
        """As a probability."""
        return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, self.log_odds))))

    @property
    def strongest(self) -> str:
        """The piece of evidence that speaks most for a person."""
        return max(self.weights, key=lambda name: self.weights[name], default="")
