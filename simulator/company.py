"""One call to the simulated company: ringing, menus, hold, the representative."""

import asyncio
from collections.abc import Callable
import contextlib
import time

import numpy as np

from .beeps import PERIOD_S, BeepEar, beep
from .g711 import Samples
from .music import hold_music
from .rtp import FRAME_S, RATE, RtpStream, correlation
from .scenario import Company, Menu, Queue, Representative
from .sip_server import Call, Log
from .voices import Voices

_REASONS = {
    403: "Forbidden",
    404: "Not Found",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    503: "Service Unavailable",
    603: "Decline",
}
_PATIENCE_S = 10.0
"""Whoever waits for the user's beeps asks so often whether anybody is there."""
_MUSIC_LOOP_S = 32.0


class HungUpError(Exception):
    """The caller is gone."""


class CompanyCall:
    """Plays a company to one caller."""

    def __init__(self, company: Company, call: Call, voices: Voices, log: Log) -> None:
        self._company = company
        self._call = call
        self._voices = voices
        self._log = log
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._stream: RtpStream | None = None
        self.user_clips: list[Samples] = []
        """What the user's phone says, to be recognised in what the representative hears."""
        self.talked = asyncio.Event()
        """Set when the representative has begun to talk with the user."""

    async def run(self) -> None:
        """Play the company until one side hangs up."""
        company, call = self._company, self._call
        if company.reply:
            call.reject(company.reply, _REASONS.get(company.reply, "Refused"))
            self._log("rejected", status=company.reply)
            return
        call.provisional(180, "Ringing")
        self._log("ringing", number=call.number)
        await self._ring()
        if call.ended.is_set():
            return
        self._stream = await call.answer()
        self._stream.on_digit = self._on_digit
        self._log("answered", number=call.number)
        try:
            await self._play_company()
        except HungUpError:
            pass
        finally:
            if not call.ended.is_set():
                call.hang_up()
            self._log("ended", number=call.number, by="company" if call.ended_by == "local" else "caller")

    async def _ring(self) -> None:
        company = self._company
        seconds = 3600.0 if company.never_answers else company.ringing_s
        if company.ringback:
            stream = await self._call.early_media()
            stream.start_playing(_ringback(min(seconds, 60.0)))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._call.ended.wait()

    async def _play_company(self) -> None:
        company = self._company
        if company.silence_s:
            await self._wait(company.silence_s)
            return
        if company.noise_s:
            noise = np.random.default_rng(7).standard_normal(int(company.noise_s * RATE)) * 1500
            await self._play(noise.astype(np.int16))
            return
        await self._say_all(company.greeting)
        place = company.start
        while place in company.menus:
            place = await self._menu(place, company.menus[place])
        if place in company.queues:
            await self._queue(place, company.queues[place])
        elif place in company.ends:
            self._log("end", name=place)
            await self._say_all((company.ends[place],))

    # --- menu ---------------------------------------------------------------------------------------------------

    async def _menu(self, name: str, menu: Menu) -> str:
        """Return the name of what the caller chose; empty: too many wrong or missing keys."""
        self._log("menu", name=name)
        while not self._keys.empty():
            self._keys.get_nowait()
        for _ in range(menu.max_repeats):
            if self._company.hang_up == "menu":
                await self._say_all(menu.prompts[:1])
                raise HungUpError
            key = await self._prompt(menu)
            if key is None:
                self._log("menu_timeout", name=name)
                continue
            target = menu.options.get(key)
            self._log("key", key=key, menu=name, target=target or "")
            if target is not None:
                return target
            await self._say_all((menu.invalid,))
        self._log("end", name="too_many_tries")
        await self._say_all(("Goodbye.",))
        return ""

    async def _prompt(self, menu: Menu) -> str | None:
        """Speak the prompts and wait for a key, which may interrupt them."""
        speaking = asyncio.create_task(self._say_all(menu.prompts))
        key = asyncio.create_task(self._keys.get())
        try:
            await asyncio.wait({speaking, key}, return_when=asyncio.FIRST_COMPLETED)
            if not menu.barge_in:
                await speaking
            if not key.done():
                await speaking
                await asyncio.wait({key}, timeout=menu.timeout_s)
            if self._call.ended.is_set():
                raise HungUpError
            return key.result() if key.done() else None
        finally:
            for task in (speaking, key):
                task.cancel()
            await asyncio.gather(speaking, key, return_exceptions=True)
            if self._stream is not None:
                self._stream.stop_playing()

    def _on_digit(self, digit: str) -> None:
        self._log("digit", digit=digit)
        self._keys.put_nowait(digit)

    # --- queue --------------------------------------------------------------------------------------------------

    async def _queue(self, name: str, queue: Queue) -> None:
        self._log("queue", name=name)
        if queue.entry:
            await self._say_all((queue.entry,))
        music = hold_music(queue.music_seed, _MUSIC_LOOP_S)
        position = elapsed = 0.0
        for announcement in (*queue.announcements, None):
            until = announcement.at_s if announcement is not None else queue.hold_s
            position = await self._music(music, position, until - elapsed)
            elapsed = until
            if self._company.hang_up == "hold":
                raise HungUpError
            if announcement is not None:
                self._log("announcement", at_s=announcement.at_s)
                speech = await self._voices.say(self._company.voice, announcement.text)
                if announcement.ducked:
                    start = int(position * RATE)
                    beneath = np.take(music, np.arange(start, start + len(speech)), mode="wrap").astype(np.int32)
                    speech = np.clip(speech + beneath // 5, -32768, 32767).astype(np.int16)
                    await self._play(speech)
                else:
                    await self._wait(0.3)
                    await self._play(speech)
                    await self._wait(0.3)
                elapsed += len(speech) / RATE
        if queue.representative is not None:
            await self._represent(queue.representative)

    async def _music(self, music: Samples, position: float, seconds: float) -> float:
        """Play the loop from ``position`` for ``seconds``; return where it stopped."""
        if seconds > 0:
            start = int(position * RATE)
            await self._play(np.take(music, np.arange(start, start + int(seconds * RATE)), mode="wrap"))
        return (position + max(0.0, seconds)) % _MUSIC_LOOP_S

    # --- representative -----------------------------------------------------------------------------------------

    async def _represent(self, person: Representative) -> None:
        stream = self._need_stream()
        room = np.random.default_rng(3).standard_normal(int(0.5 * RATE)) * 12
        room[:80] += np.hanning(80) * 900  # the click of a line being taken
        await self._play(room.astype(np.int16))
        self._log("representative_onset")
        heard_before = stream.speech_frames
        await self._play(await self._voices.say(person.voice, person.greeting))
        if self._company.hang_up == "human":
            raise HungUpError
        if not await self._wait_for_speech(heard_before, person.patience_s):
            await self._play(await self._voices.say(person.voice, "Hello? Is anybody there?"))
            if not await self._wait_for_speech(heard_before, person.patience_s):
                self._log("representative_heard_nothing")
                raise HungUpError
        spoken = await self._listen_to_greeting(heard_before)
        self._log("representative_greeted", speech_s=round(spoken, 2))
        await self._play(await self._voices.say(person.voice, person.reply))
        await self._talk(person)

    async def _wait_for_speech(self, before: int, patience_s: float) -> bool:
        return await self._until(lambda: self._need_stream().speech_frames - before > 10, patience_s)

    async def _listen_to_greeting(self, before: int) -> float:
        """Wait until the caller has finished; return seconds of speech heard."""
        last, quiet = -1, 0
        for _ in range(400):
            count = self._need_stream().speech_frames
            quiet = quiet + 1 if count == last else 0
            last = count
            if quiet >= 16:
                break
            await self._wait(0.05)
        return (last - before) * FRAME_S

    async def _talk(self, person: Representative) -> None:
        """Wait for the user, talk, and tell whether the user was heard."""
        stream = self._need_stream()
        if person.beeps_hz:
            await self._beep(person, stream)
            return

        def hears_user() -> bool:
            recent = stream.recorded[-150:]
            return any(correlation(recent, clip) > 0.4 for clip in self.user_clips)

        has_user = await self._until(hears_user, person.wait_for_user_s, every_s=0.5)
        if self._company.hang_up == "bridged":
            raise HungUpError
        if has_user:
            self.talked.set()
            for sentence in person.talk:
                await self._play(await self._voices.say(person.voice, sentence))
                await self._wait(1.0)
            await self._wait(max(0.0, person.talk_s - 4.0))
        best = max((correlation(stream.recorded[-1500:], clip) for clip in self.user_clips), default=0.0)
        self._log("audio", heard_by="representative", source="user", ok=best > 0.4, correlation=round(best, 3))
        await self._play(await self._voices.say(person.voice, "Thank you for calling. Goodbye."))

    async def _beep(self, person: Representative, stream: RtpStream) -> None:
        """Beep at the user, who beeps too, and note when each beep went out and came in."""
        heard: list[float] = []

        def on_beep(at: float, hertz: float) -> None:
            heard.append(hertz)
            self._log("user_beep", heard_at=at, hz=hertz)

        ear = BeepEar(person.user_beeps_hz, on_beep)
        stream.on_frame = ear.hear
        stream.on_started = lambda: self._log("beep", sent_at=time.time())
        try:
            for _ in range(int(person.wait_for_user_s / _PATIENCE_S)):
                if await self._until(lambda: bool(heard), _PATIENCE_S):
                    break
                await self._play(await self._voices.say(person.voice, "Hello? Is anybody there?"))
            if heard:
                self.talked.set()
                for _ in range(int(person.talk_s / PERIOD_S)):
                    await self._play(beep(person.beeps_hz))
        finally:
            stream.on_frame = stream.on_started = None
        await self._play(await self._voices.say(person.voice, "Thank you for calling. Goodbye."))

    # --- parts --------------------------------------------------------------------------------------------------

    def _need_stream(self) -> RtpStream:
        if self._stream is None or self._call.ended.is_set():
            raise HungUpError
        return self._stream

    async def _say_all(self, sentences: tuple[str, ...]) -> None:
        for sentence in sentences:
            self._log("prompt", text=sentence)
            await self._play(await self._voices.say(self._company.voice, sentence))
            self._log("prompt_over", text=sentence)
            await self._wait(self._company.pause_s)

    async def _play(self, samples: Samples) -> None:
        stream = self._need_stream()
        await stream.play(samples)
        self._need_stream()

    async def _wait(self, seconds: float) -> None:
        """Let time pass on an open line; the caller's end ends it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, seconds)):
                await self._call.ended.wait()
        self._need_stream()

    async def _until(self, is_true: Callable[[], bool], timeout_s: float, every_s: float = 0.1) -> bool:
        for _ in range(int(timeout_s / every_s)):
            if is_true():
                return True
            await self._wait(every_s)
        return False


def _ringback(seconds: float) -> Samples:
    """European ringback: 425 Hz, 1 s on, 4 s off (ITU-T E.180)."""
    t = np.arange(int(seconds * RATE)) / RATE
    return (np.sin(2 * np.pi * 425 * t) * (t % 5.0 < 1.0) * 4000).astype(np.int16)
