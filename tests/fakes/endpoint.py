"""A user's place that is no telephone: does what a test says, and keeps what it was sent."""

import asyncio
from collections.abc import Callable

from custom_components.hold_slayer.engine.model.call_brief import HandOverTarget, TargetKind
from custom_components.hold_slayer.engine.ports import EndpointAnswer, ServiceError

BROWSER = HandOverTarget("browser", None, ring_s=5.0, kind=TargetKind.BROWSER, endpoint="alex")


class FakeEndpoint:
    """Answers after ``after_s``; None: never, so that the deadline passes. ``failure``: ringing raises it."""

    name = "a fake browser"

    def __init__(
        self,
        answer: EndpointAnswer | None = EndpointAnswer.ACCEPTED,
        after_s: float = 0.1,
        failure: ServiceError | None = None,
    ) -> None:
        self._answer = answer
        self._after_s = after_s
        self._failure = failure
        self._on_pcm: Callable[[bytes], None] | None = None
        self._on_hung_up: Callable[[], None] | None = None
        self.rings_s = 0.0
        self.has_rung = asyncio.Event()
        self.hang_ups = 0
        self.heard: list[bytes] = []

    # --- as the engine wants it ---------------------------------------------------------------------------------

    async def ring(self, deadline_s: float) -> EndpointAnswer:
        self.rings_s = deadline_s
        self.has_rung.set()
        if self._failure is not None:
            raise self._failure
        if self._answer is None:
            await asyncio.sleep(deadline_s)
            return EndpointAnswer.TIMEOUT
        await asyncio.sleep(self._after_s)
        return self._answer

    def start(self, on_pcm: Callable[[bytes], None], on_hung_up: Callable[[], None]) -> None:
        self._on_pcm, self._on_hung_up = on_pcm, on_hung_up

    def send(self, pcm: bytes) -> None:
        self.heard.append(pcm)

    def hang_up(self) -> None:
        self.hang_ups += 1

    # --- as the test wants it -----------------------------------------------------------------------------------

    @property
    def is_started(self) -> bool:
        return self._on_pcm is not None

    def says(self, pcm: bytes) -> None:
        assert self._on_pcm is not None
        self._on_pcm(pcm)

    def goes(self) -> None:
        assert self._on_hung_up is not None
        self._on_hung_up()
