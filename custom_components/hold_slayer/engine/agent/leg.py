"""One leg at run time: its dialog, its media session and what is being said on it."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from ..media.bridge import BridgeEnd
from ..media.session import MediaSession
from ..model import call_event as ev
from ..model.media_description import DtmfMode, MediaOffer, SrtpMode
from ..model.phase import EndedBy
from ..model.phone_number import DialTarget
from ..sip.user_agent import UserAgent
from .key_ear import KeyEar


class LegHandle(Protocol):
    """What a call needs of a leg (`sip.leg.Leg`)."""

    def hang_up(self, by: EndedBy = EndedBy.LOCAL) -> None:
        """CANCEL or BYE, whatever fits; nothing when it is over. The final event names ``by``."""
        ...

    @property
    def replaces_uri(self) -> str:
        """What another leg is referred to so that its far end takes our place in this one; empty where that cannot be."""
        ...

    def refer_to(self, uri: str, *, limit_s: float = 60.0) -> bool:
        """Ask the far end to call ``uri``; LegTransferProgressedEvent tells how it goes. False: not now."""
        ...

    def check_alive(self, on_alive: Callable[[], None], *, limit_s: float = 4.0) -> None:
        """Ask the far end for a sign of life; without one the leg ends after ``limit_s``."""
        ...

    def send_info_keys(self, keys: str, on_done: Callable[[], None]) -> bool:
        """Press keys by SIP INFO; False: not now."""
        ...


class TrunkHandle(Protocol):
    """What a call needs of a trunk (`sip.user_agent.UserAgent`)."""

    @property
    def local_address(self) -> str:
        """IP address for SDP."""
        ...

    @property
    def srtp(self) -> SrtpMode:
        """Whether the audio of legs is to be encrypted."""
        ...

    @property
    def dtmf(self) -> DtmfMode:
        """How keys are sent."""
        ...

    @property
    def has_free_line(self) -> bool:
        """Whether one more leg is allowed now."""
        ...

    def uri_for(self, target: DialTarget) -> str:
        """SIP URI that dials ``target`` over this trunk."""
        ...

    def dial(
        self, leg_id: str, target: DialTarget, offer: MediaOffer, on_event: Callable[[ev.LegEvent], None]
    ) -> LegHandle:
        """Place a leg; its events come through ``on_event``."""
        ...


MediaFactory = Callable[..., Awaitable[MediaSession]]


class LegRuntime:
    """The moving parts of one leg."""

    def __init__(self) -> None:
        self.media: MediaSession | None = None
        self.handle: LegHandle | None = None
        self.is_hung_up = False
        self.is_up = False
        self.speaking: asyncio.Task[None] | None = None
        self.keys: KeyEar | None = None
        self.line: UserAgent | None = None
        """Of a telephone that is rung without an exchange: what it is rung by."""
        self.talk: BridgeEnd | None = None
        """What can be bridged; for a telephone that is `media`."""

    def stop_speaking(self) -> None:
        """Nothing more is said or played."""
        if self.speaking is not None:
            self.speaking.cancel()
            self.speaking = None
        if self.media is not None:
            self.media.stop_playing()

    async def send_keys(self, keys: str, mode: DtmfMode) -> None:
        """Press keys the way the account wants it; returns when all are out.

        Raises:
            RuntimeError: the leg takes none now.
        """
        if mode is not DtmfMode.INFO:
            if self.media is None:
                raise RuntimeError("the leg has no media")
            await self.media.send_digits(keys)
            return
        done = asyncio.Event()
        if self.handle is None or not self.handle.send_info_keys(keys, done.set):
            raise RuntimeError("the leg takes no keys now")
        await done.wait()

    async def close(self) -> None:
        """Free its sockets; a line of its own waits a bounded time for the far end to confirm the end."""
        if self.media is not None:
            await self.media.close()
        line, self.line = self.line, None
        if line is not None:
            await line.stop()

    def watch(self, silent_s: float) -> None:
        """Notice a far end that is gone without a BYE.

        No RTP for ``silent_s`` may be a hold without music: whoever answers a question in the dialog is still there, and is asked
        again after as long. How long a call may last is for others to say.
        """
        if self.is_up and self.media is not None:
            self.media.watch(silent_s, partial(self._on_silent, silent_s))

    def _on_silent(self, silent_s: float) -> None:
        if self.is_up and self.handle is not None:
            self.handle.check_alive(partial(self.watch, silent_s))
