"""Whose packets are taken: symmetric RTP (RFC 4961) that does not follow a stranger.

The address agreed by signalling always wins. A far end behind NAT sends from elsewhere: the first other source that
sends valid RTP after the agreement is taken as well, but only as long as the agreed address itself stays silent, and no
third one ever. Sans-IO.
"""

type Address = tuple[str, int]


class SourceFilter:
    """Remembers the one source of a session."""

    def __init__(self) -> None:
        self._agreed: Address | None = None
        self._latched: Address | None = None

    @property
    def source(self) -> Address | None:
        """The source taken now: where packets are sent to. The agreed address until something arrives."""
        return self._latched or self._agreed

    def agree(self, address: Address) -> None:
        """Signalling named the far end's address; the same one again keeps what was latched."""
        if address != self._agreed:
            self._agreed = address
            self._latched = None

    def accepts(self, address: Address) -> bool:
        """Decide on the source of one valid packet, and latch to it when it is the first."""
        if self._agreed is None:
            return False
        if address == self._agreed or self._latched is None:
            self._latched = address
        return address == self._latched
