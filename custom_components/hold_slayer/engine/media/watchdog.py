"""Notices a far end that died without a BYE: no RTP and no RTCP for too long. Sans-IO; its owner asks it."""


class MediaWatchdog:
    """Fires once when nothing was heard for ``timeout_s``. Times are seconds of one monotonic clock."""

    def __init__(self, timeout_s: float, now: float) -> None:
        self._timeout_s = timeout_s
        self._alive_at = now
        self._has_fired = False

    def alive(self, now: float) -> None:
        """Something came from the far end, or nothing is expected of it (it is on hold)."""
        self._alive_at = now

    def is_dead(self, now: float) -> bool:
        """Return True the first time the far end has been silent for too long."""
        if self._has_fired or now - self._alive_at < self._timeout_s:
            return False
        self._has_fired = True
        return True
