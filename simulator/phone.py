"""One call to one of the user's phones."""

import asyncio
import contextlib

import numpy as np

from .g711 import Samples
from .rtp import RATE, RtpStream, correlation
from .scenario import Phone
from .sip_server import Call, Log
from .voices import Voices

_RECORDS_S = 4
"""So long a voicemail waits for a message."""


class PhoneCall:
    """Plays a phone to one caller and measures what it hears."""

    def __init__(self, phone: Phone, call: Call, voices: Voices, log: Log) -> None:
        self._phone = phone
        self._call = call
        self._voices = voices
        self._log = log
        self.far_clips: list[Samples] = []
        """What the representative says when bridged, to be recognised in what the user hears."""

    async def run(self) -> None:
        """Ring, answer, talk until one side hangs up."""
        phone, call = self._phone, self._call
        call.provisional(180, "Ringing")
        self._log("phone_ringing", number=call.number)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(3600 if phone.never_answers else phone.ring_s):
                await call.ended.wait()
        if call.ended.is_set():
            return
        if phone.reply:
            call.reject(phone.reply, "Refused")
            self._log("phone_refused", number=call.number, status=phone.reply)
            return
        speech = await self._voices.say(phone.voice, phone.says)
        stream = await call.answer()
        self._log("phone_answered", number=call.number)
        if phone.is_voicemail:
            t = np.arange(RATE) / RATE
            beep = (np.sin(2 * np.pi * 1000 * t) * 6000).astype(np.int16)
            speech = np.concatenate([speech, beep, np.zeros(_RECORDS_S * RATE, np.int16)])
            await stream.play(speech)
        else:
            call_time = phone.hang_up_after_s or 3600.0
            keys = asyncio.create_task(self._press(stream))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(call_time):
                    await self._talk(speech)
            keys.cancel()
        if not call.ended.is_set():
            call.hang_up()
        best = max((correlation(stream.recorded[-3000:], clip) for clip in self.far_clips), default=0.0)
        self._log("audio", heard_by="user", source="representative", ok=best > 0.4, correlation=round(best, 3))
        self._log("phone_ended", number=call.number, by="phone" if call.ended_by == "local" else "caller")

    async def _press(self, stream: RtpStream) -> None:
        for index, key in enumerate(self._phone.presses):
            await asyncio.sleep(self._phone.press_after_s if index == 0 else 0.1)
            await stream.send_digit(key)

    async def _talk(self, speech: Samples) -> None:
        """Say the sentence again and again, with pauses to listen."""
        while not self._call.ended.is_set():
            if self._call.stream is not None:
                await self._call.stream.play(speech)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.5):
                    await self._call.ended.wait()
