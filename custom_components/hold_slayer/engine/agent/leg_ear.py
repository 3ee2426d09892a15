"""Listens to who has answered a leg, for the first half minute: the ear, speech to text for it, and the news for the brain."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from ..call.answerer import AnswererEar, Snippet
from ..call.consent import consent_of
from ..classify.amd import CERTAIN, AnswererState
from ..media.session import MediaSession
from ..model import call_event as ev
from ..model.audio_frame import AudioFrame
from ..model.phase import Answerer
from ..ports import ServiceError, SpeechToText


class LegEar:
    """One instance an answered leg. Without ``stt`` words come by `words`, or not at all.

    It stops by itself when it is sure of a person or a machine; what is said on the leg then is not heard any more. With
    ``awaits_consent`` a person is heard on until they have said yes or no.
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
        awaits_consent: bool = False,
    ) -> None:
        self._leg_id = leg_id
        self._post = post
        self._spawn = spawn
        self._stt = stt
        self._language = language
        self._stt_timeout_s = stt_timeout_s
        self._awaits_consent = awaits_consent
        self._ear = AnswererEar()
        self._remove: Callable[[], None] | None = None
        self._is_asking = False
        self._waiting: list[Snippet] = []
        """For speech to text: the newest audio, and before it what may be a yes."""

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
                maybe_yes = [each for each in self._waiting if each.is_whole and self._awaits_consent]
                self._waiting = [*maybe_yes[-1:], new]
                self._ask()
            else:
                self._tell(new)
        if self._ear.is_over:
            self.stop()

    def _tell(self, state: AnswererState | None) -> None:
        if state is None or self._remove is None:
            return
        is_settled = (state.answerer is Answerer.PERSON and not self._awaits_consent) or (
            state.confidence >= CERTAIN and (self._leg_id != ev.FAR_LEG or "beep" in state.reason)
        )
        if is_settled:
            self.stop()
        self._post(ev.AnswererHeardEvent(self._leg_id, state.answerer, state.confidence, state.reason))

    def _ask(self) -> None:
        """One question at a time, about the newest audio."""
        if self._stt is not None and not self._is_asking and self._waiting:
            self._is_asking = True
            self._spawn(self._transcribe(self._stt, self._waiting.pop(0)))

    async def _transcribe(self, stt: SpeechToText, snippet: Snippet) -> None:
        try:
            async with asyncio.timeout(self._stt_timeout_s):
                text = await stt.transcribe(snippet.pcm, self._language)
        except ServiceError, TimeoutError:
            # The beep still tells; that speech to text fails is told where the company's line is transcribed.
            text = ""
        finally:
            self._is_asking = False
        self.words(text)
        if self._awaits_consent and snippet.is_whole:
            self._take_consent(text, snippet.start_s)
        if self._remove is not None:
            self._ask()

    def _take_consent(self, text: str, began_s: float) -> None:
        """The brain knows whether they had been asked by then; if not, they may say it again."""
        is_yes = consent_of(text, self._language)
        if is_yes is not None and self._remove is not None:
            self._post(ev.ConsentHeardEvent(self._leg_id, is_yes, began_s))
