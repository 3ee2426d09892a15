"""The far end of one call of the fleet: a company's first words, its queue, and perhaps a person; 100 ms at a time.

A recording runs on whatever is said to it; a person greets, waits, answers our question, and asks whether anybody is there.
"""

from dataclasses import dataclass

from fleet_company import BLOCK, FRAME, Company, FleetFront, tone
from fleet_sounds import RATE, Samples, Sound
import numpy as np

PEOPLE = ("greeting", "greeting", "greeting", "greeting", "greeting", "greeting", "hello", "hesitant", "waits", "long")
BLOCK_S = BLOCK / RATE
_LOOK_BACK_S = 2.0
"""What ended so recently is still what an alarm is about."""
_WARM_BLOCKS = 80
"""So long the front listens itself to the tape that a call has just entered."""


@dataclass(slots=True)
class _Piece:
    kind: str
    pcm: Samples
    text: str = ""


class FarEnd:
    """Composes the sound as it is played; deterministic in (seed, company, number)."""

    def __init__(self, company: Company, seed: int, number: int, front: FleetFront, *, is_exact: bool = False) -> None:
        self._company, self._front, self._is_exact = company, front, is_exact
        rng = self._rng = np.random.default_rng((seed, company.number, number))
        self.person = str(rng.choice(PEOPLE)) if rng.random() < 0.9 else "nobody"
        self._tape = company.tapes[number % len(company.tapes)]
        self._voice = company.greetings[int(rng.integers(len(company.greetings)))]
        self.hold_s = float(rng.uniform(*company.hold_min)) * 60
        self.t = 0.0
        self.words: list[tuple[float, float, str]] = []
        """When each word is spoken, and which."""
        self.onset: float | None = None
        self.is_in_queue = False
        self._queue = [
            _Piece("intro", self._silence(0.6)),
            *(_Piece("intro", each.pcm, each.text) for each in company.intro),
        ]
        self._menus_left = 2 if company.menu is not None else 0
        self._position = 0
        self._block = self._cue = 0
        self._entered_t = 0.0
        self._leaves_at = 0.0
        self._is_person = self._is_asked = self._is_listening = False
        self._quiet_s = 0.0
        self._answers = 0
        self._now_playing: tuple[str, float] = ("intro", 0.0)
        self._said: dict[str, int] = {}
        """How often each announcement has begun in this call."""

    # --- the outside --------------------------------------------------------------------------------------------

    def frames(self) -> list[bytes]:
        """The next 100 ms as five frames."""
        if not self._is_person and not self.is_in_queue and not self._queue and self._may_enter():
            self._enter()
        if self.is_in_queue and not self._is_person and self.t - self._entered_t >= self._leaves_at:
            self.is_in_queue = False
            if self.person != "nobody":
                self._pick_up()
        frames = self._from_tape() if self.is_in_queue else self._from_queue()
        self.t += BLOCK_S
        return frames

    @property
    def is_over(self) -> bool:
        """Nobody came, and the queue has given up."""
        return not self.is_in_queue and self.person == "nobody" and self._entered_t > 0

    def hears(self, *, is_speaking: bool) -> None:
        """We begin or stop to speak to whoever is there."""
        self._is_listening = is_speaking
        if self._is_person and not is_speaking:
            self._is_asked = True

    def key_pressed(self) -> None:
        """The menu is over."""
        self._menus_left = 0
        if not self.is_in_queue and not self._is_person:
            self._queue = [_Piece("intro", self._silence(0.5))]
            self._position = 0

    @property
    def playing(self) -> str:
        """What an alarm now is about: ``hold:music``, ``announcement:first``, ``announcement:again`` and so on."""
        name, ended = self._now_playing
        if name.startswith("announcement") and self.t <= ended + _LOOK_BACK_S:
            return name
        cue = self._cue_at()
        return cue if self.is_in_queue else name

    def text_between(self, start_s: float, end_s: float) -> list[str]:
        """Words that lie wholly inside, give or take a moment."""
        return [word for a, b, word in self.words[-200:] if a >= start_s - 0.15 and b <= end_s + 0.15]

    # --- the queue's tape ---------------------------------------------------------------------------------------

    def _may_enter(self) -> bool:
        if self._menus_left:
            self._menus_left -= 1
            menu = self._company.menu
            assert menu is not None
            self._queue += [_Piece("menu", menu.pcm, menu.text), _Piece("menu", self._silence(5.0))]
            return False
        return True

    def _enter(self) -> None:
        """Somewhere in the tape where no announcement is under way."""
        rng, tape = self._rng, self._tape
        holds = [cue for cue in tape.cues if cue.name.startswith("hold") and cue.end - cue.start > 3 * BLOCK]
        cue = holds[int(rng.integers(len(holds)))]
        self._block = (cue.start + int(rng.uniform(0, 0.8) * (cue.end - cue.start))) // BLOCK + 1
        self.is_in_queue, self._entered_t = True, self.t
        last = self._block + int(self.hold_s / BLOCK_S)
        self._leaves_at = (self._after_announcement(last) - self._block) * BLOCK_S
        self._cue = next((n for n, each in enumerate(tape.cues) if each.start >= self._tape_sample()), 0)

    def _after_announcement(self, block: int) -> int:
        """Most queues finish what they say before they connect."""
        within = block % self._tape.blocks * BLOCK
        for cue in self._tape.cues:
            if cue.name == "announcement" and cue.start - 2 * BLOCK < within < cue.end and self._rng.random() < 0.8:
                return block + (cue.end - within) // BLOCK + 1
        return block

    def _tape_sample(self) -> int:
        return self._block % self._tape.blocks * BLOCK

    def _cue_at(self) -> str:
        sample = self._tape_sample()
        return next((cue.name for cue in self._tape.cues if cue.start <= sample < cue.end), "hold")

    def _from_tape(self) -> list[bytes]:
        tape, front = self._tape, self._front
        self._begin_cues()
        frames = tape.frames(self._block)
        is_warm = self.t - self._entered_t >= _WARM_BLOCKS * BLOCK_S
        front.known = tape.heard[self._block % tape.blocks] if is_warm and not self._is_exact else None
        self._block += 1
        return frames

    def _begin_cues(self) -> None:
        """Announcements that begin within this block."""
        cues, sample = self._tape.cues, self._tape_sample()
        if sample == 0:
            self._cue = 0
        while self._cue < len(cues) and cues[self._cue].start < sample + BLOCK:
            cue = cues[self._cue]
            self._cue += 1
            if cue.name == "announcement" and cue.start >= sample - BLOCK:
                length = (cue.end - cue.start) / RATE
                self._spread(cue.text, length)
                count = self._said[cue.text] = self._said.get(cue.text, 0) + 1
                self._now_playing = (f"announcement:{'first' if count == 1 else 'again'}", self.t + length)

    # --- first words and people ---------------------------------------------------------------------------------

    def _silence(self, seconds: float) -> Samples:
        return np.zeros(int(seconds * RATE), np.int16)

    def _spread(self, text: str, length: float) -> None:
        words = text.split()
        each = length / max(1, len(words))
        self.words += [(self.t + n * each, self.t + (n + 1) * each, word) for n, word in enumerate(words)]

    def _from_queue(self) -> list[bytes]:
        self._front.known = None
        out = np.zeros(BLOCK, np.int16)
        filled = 0
        while filled < BLOCK:
            if not self._queue:
                if self._is_person:
                    self._go_on_talking()
                else:
                    self._queue.append(_Piece("intro", np.zeros(BLOCK - filled, np.int16)))
            piece = self._queue[0]
            if self._position == 0:
                self._begin(piece, filled / RATE)
            part = piece.pcm[self._position : self._position + BLOCK - filled]
            out[filled : filled + len(part)] = part
            filled += len(part)
            self._position += len(part)
            if self._position >= len(piece.pcm):
                self._queue.pop(0)
                self._position = 0
        pcm = self._company.sent(out, self._rng)
        return [pcm[n * FRAME : (n + 1) * FRAME].tobytes() for n in range(5)]

    def _begin(self, piece: _Piece, offset_s: float) -> None:
        self.t += offset_s
        self._now_playing = (piece.kind, self.t)
        self._spread(piece.text, len(piece.pcm) / RATE)
        if piece.kind == "person" and piece.text and self.onset is None:
            self.onset = self.t
        self.t -= offset_s

    def _add(self, sound: Sound) -> None:
        self._queue.append(_Piece("person", sound.pcm, sound.text))

    def _pause(self, seconds: float) -> None:
        self._queue.append(_Piece("person", self._silence(seconds)))

    def _pick_up(self) -> None:
        rng, voice = self._rng, self._voice
        if not self._is_exact:
            self._front.warm(self._tape, self._block)
        self._is_person, self._position = True, 0
        self._queue = []
        if rng.random() < 0.2:
            for _ in range(int(rng.integers(1, 3))):
                self._queue.append(_Piece("ringing", np.concatenate([tone((425.0,), 1.0), self._silence(2.0)])))
        click = (rng.standard_normal(80) * 2000).astype(np.int16)
        self._queue.append(_Piece("person", click))
        self._pause(float(rng.uniform(0.1, 0.9)))
        match self.person:
            case "hello":
                self._add(voice[1])
            case "hesitant":
                self._add(voice[1])
                self._pause(float(rng.uniform(0.6, 1.5)))
                self._add(voice[0])
            case "waits":
                # Nothing is said until we speak, or for 4 s.
                self._pause(4.0)
                self._add(voice[4])
            case "long":
                self._add(voice[0])
                self._pause(0.35)
                self._add(voice[2])
                self._add(voice[3])
            case _:
                self._add(voice[0])
        if self._company.channel != "g711":
            # The codec of a mobile network works on sentences, not on tenths of a second.
            self._queue = [_Piece(each.kind, self._mobile(each.pcm), each.text) for each in self._queue]

    def _mobile(self, pcm: Samples) -> Samples:
        return self._company.mobile(pcm) if len(pcm) > BLOCK else pcm

    def _go_on_talking(self) -> None:
        rng = self._rng
        if self._is_asked:
            self._is_asked, self._quiet_s = False, 0.0
            answer = self._voice[2 + self._answers % 2]
            self._answers += 1
            self._pause(float(rng.uniform(0.3, 1.2)))
            self._queue.append(_Piece("person", self._mobile(answer.pcm), answer.text))
        elif self._quiet_s > 3.0 + 2.0 * float(rng.random()):
            self._quiet_s = 0.0
            self._queue.append(_Piece("person", self._mobile(self._voice[4].pcm), self._voice[4].text))
        else:
            self._quiet_s += 0.0 if self._is_listening else 0.1
            typing = rng.standard_normal(BLOCK) * (600 if rng.random() < 0.15 else 0)
            self._queue.append(_Piece("person", typing.astype(np.int16)))
