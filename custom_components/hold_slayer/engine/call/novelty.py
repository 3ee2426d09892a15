"""How likely it is that speech which was never heard before is a recording all the same.

A queue says the same few things over and over: the longer it has been listened to without anything new, the rarer a new one
becomes. The rate is a Poisson process's with a Gamma prior (shape `_CAUTION_NEW`, one minute), its mean
(new + `_CAUTION_NEW`) / (minutes + 1), over a past that fades with a half-life, in this call and the ones before.
"""

from math import log

_HALF_LIFE_MIN = 12.0
_CAUTION_NEW = 0.4
_WAIT_MIN = 15.0
"""A person comes once in so many minutes on hold: the order of magnitude of what queues take."""
_CAUTION_MIN = 1.0


class Novelty:
    """Counts new recordings against time on hold."""

    def __init__(self, new: float = 0.0, minutes: float = 0.0) -> None:
        self.new = new
        self.minutes = minutes

    def wait(self, seconds: float) -> None:
        """So much more time has been spent on hold."""
        minutes = max(0.0, seconds) / 60
        fading = 0.5 ** (minutes / _HALF_LIFE_MIN)
        self.new *= fading
        self.minutes = self.minutes * fading + (1 - fading) * _HALF_LIFE_MIN / log(2)

    def recording(self) -> None:
        """A recording was heard for the first time."""
        self.new += 1.0

    @property
    def prior(self) -> float:
        """Log-odds that never-heard speech is a person's, before anything else is known of it."""
        new_per_min = (self.new + _CAUTION_NEW) / (self.minutes + _CAUTION_MIN)
        return log(1 / _WAIT_MIN / new_per_min)
