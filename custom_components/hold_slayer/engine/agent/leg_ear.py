"""Listens to who has answered a leg, for the first half minute: the ear, speech to text for it, and the news for the brain."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from ..call.answerer import AnswererEar, Snippet
from ..classify.amd import CERTAIN, AnswererState
from ..media.session import MediaSession
from ..model import call_event as ev
from ..model.audio_frame import AudioFrame
from ..model.phase import Answerer
from ..ports import ServiceError, SpeechToText


class LegEar:
    """One instance an answered leg. Without ``stt`` words come by `words`, or not at all.

    It stops by itself when it is sure of a person or a machine; what is said on the leg then is not heard any more.
    """

    def __init__(
        self,
        leg_id: str,
        post: Callable[[ev.CallEvent], None],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        *,
        stt: SpeechToText | None = None,
        language: str = "",
        stt_timeout_s: float = 10.0,
    ) -> None:
        self._leg_id = leg_id
        self._post = post
        self._spawn = spawn
        self._stt = stt
        self._language = language
        self._stt_timeout_s = stt_timeout_s
        self._ear = AnswererEar()
        self._remove: Callable[[], None] | None = None
        self._is_asking = False
        self._next: bytes | None = None
        """The newest audio that waits for speech to text."""

    def start(self, media: MediaSession) -> None:
        """Listen from now on."""
        self._remove = media.add_sink(self._hear, may_wait=True)

    def stop(self) -> None:
        """Hear nothing more and tell nothing more."""
        if self._remove is not None:
            self._remove()
            self._remove = None

    def words(self, text: str) -> None:
        """Somebody else has transcribed what was said on this leg."""
        if self._remove is not None:
            self._tell(self._ear.words(text))

    def _hear(self, frame: AudioFrame) -> None:
        for new in self._ear.feed(frame):
            if isinstance(new, Snippet):
                self._next = new.pcm
                self._ask()
            else:
                self._tell(new)
        if self._ear.is_over:
            self.stop()

    def _tell(self, state: AnswererState | None) -> None:
        if state is None or self._remove is None:
            return
        is_settled = state.answerer is Answerer.PERSON or (
            state.confidence >= CERTAIN and (self._leg_id != ev.FAR_LEG or "beep" in state.reason)
        )
        if is_settled:
            self.stop()
        self._post(ev.AnswererHeardEvent(self._leg_id, state.answerer, state.confidence, state.reason))

    def _ask(self) -> None:
        """One question at a time, always about the newest audio."""
        if self._stt is not None and not self._is_asking and self._next is not None:
            pcm, self._next = self._next, None
            self._is_asking = True
            self._spawn(self._transcribe(self._stt, pcm))

    async def _transcribe(self, stt: SpeechToText, pcm: bytes) -> None:
        try:
            async with asyncio.timeout(self._stt_timeout_s):
                text = await stt.transcribe(pcm, self._language)
        except ServiceError, TimeoutError:
            # The beep still tells; that speech to text fails is told where the company's line is transcribed.
            text = ""
        finally:
            self._is_asking = False
        self.words(text)
        if self._remove is not None:
            self._ask()
