"""One call at run time: its brain, its legs with their media, its hearing and every task it started.

Everything runs on one event loop. `CallSession.post` is the only way into the brain: events that arrive while the brain's last
actions are being carried out wait in line, so the brain is never re-entered.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
import logging
from typing import Any, Protocol

from ..call.brain import Brain
from ..call.hearing import Hearing
from ..media.bridge import Bridge
from ..media.session import MediaSession
from ..model import action as act, call_event as ev
from ..model.audio_frame import AudioFrame
from ..model.call_brief import CallBrief
from ..model.media_description import MediaOffer
from ..model.phase import EndedBy, LegFailure, Outcome, Phase
from ..model.phone_number import DialTarget
from ..model.snapshot import CallSnapshot
from ..ports import ServiceError
from .services import AgentSettings, Services
from .speaker import Speaker

_LOGGER = logging.getLogger(__name__)

_NOTICE_S = 2.0
"""How long the end of a call waits for notifications under way."""

Listener = Callable[[CallSnapshot, ev.CallOccurrence | None], None]


class LegHandle(Protocol):
    """What a call needs of a leg (`sip.leg.Leg`)."""

    def hang_up(self, by: EndedBy = EndedBy.LOCAL) -> None:
        """CANCEL or BYE, whatever fits; nothing when it is over. The final event names ``by``."""
        ...


class TrunkHandle(Protocol):
    """What a call needs of a trunk (`sip.user_agent.UserAgent`)."""

    @property
    def local_address(self) -> str:
        """IP address for SDP."""
        ...

    def dial(
        self, leg_id: str, target: DialTarget, offer: MediaOffer, on_event: Callable[[ev.LegEvent], None]
    ) -> LegHandle:
        """Place a leg; its events come through ``on_event``."""
        ...


MediaFactory = Callable[..., Awaitable[MediaSession]]


class _LegRuntime:
    """The moving parts of one leg."""

    def __init__(self) -> None:
        self.media: MediaSession | None = None
        self.handle: LegHandle | None = None
        self.is_hung_up = False
        self.is_up = False
        self.is_over = False
        self.speaking: asyncio.Task[None] | None = None


class CallSession:
    """Runs one call from the request to its end."""

    def __init__(
        self,
        call_id: str,
        brief: CallBrief,
        trunk: TrunkHandle,
        services: Services,
        settings: AgentSettings,
        on_change: Listener,
        on_released: Callable[[str], None],
        *,
        media_factory: MediaFactory = MediaSession.bind,
    ) -> None:
        self._brief = brief
        self._trunk = trunk
        self._services = services
        self._settings = settings
        self._on_change = on_change
        self._on_released = on_released
        self._media_factory = media_factory
        self._clock = services.clock
        self._loop = asyncio.get_running_loop()
        self._brain = Brain(settings.brain)
        self._hearing = Hearing()
        self._legs: dict[str, _LegRuntime] = {}
        self._bridge: Bridge | None = None
        self._bridged_leg = ""
        self._notices: set[asyncio.Task[None]] = set()
        self._release_task: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._speaker = Speaker(services.tts, brief.language, settings.tts_timeout_s, self._spawn)
        self._stt_slots = asyncio.Semaphore(2)
        self._inbox: deque[Callable[[float], list[act.Action]]] = deque()
        self._is_draining = False
        self._timer: asyncio.TimerHandle | None = None
        self._log_queue: asyncio.Queue[Callable[[], Awaitable[None]] | None] = asyncio.Queue()
        self._log_task: asyncio.Task[None] | None = None
        self._started_at = self._clock.time()
        self.done = asyncio.Event()
        self.snapshot = CallSnapshot(
            call_id=call_id,
            phase=Phase.DIALING,
            number=brief.number.value,
            company=brief.company,
            goal=brief.goal,
            started_at=self._started_at,
            phase_since=self._started_at,
        )

    # --- life ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Hand the mission to the brain. The call may be over when this returns (policy)."""
        self._log_task = self._loop.create_task(self._write_log())
        if (log := self._services.call_log) is not None:
            self._log_queue.put_nowait(partial(log.begin, self.snapshot))
        self.post(ev.CallRequestedEvent(self._brief))

    async def interrupt(self) -> None:
        """End the call because the program stops; returns when nothing of it runs any more."""
        if self.snapshot.is_active:
            self.post(ev.InterruptedEvent())
        await self.done.wait()

    def post(self, event: ev.CallEvent) -> None:
        """Give the brain an event and carry out what it decides."""
        self._take(partial(self._brain.handle, event))

    def _take(self, step: Callable[[float], list[act.Action]]) -> None:
        self._inbox.append(step)
        if self._is_draining:
            return
        self._is_draining = True
        try:
            while self._inbox:
                self._step(self._inbox.popleft())
        except Exception:
            # A fault of ours must not leave a paid leg up: everything is torn down and the user is told.
            _LOGGER.exception("Call %s failed", self.snapshot.call_id)
            self._fail()
        finally:
            self._is_draining = False
        self._arm_timer()

    def _fail(self) -> None:
        self._inbox.clear()
        if self.snapshot.is_active:
            end = act.EndCallAction(Outcome.FAILED, "Hold Slayer made a mistake and ended the call; see the log.")
            self._mark_ended(end)
            self._report(act.ReportAction(ev.OccurrenceKind.ENDED, {"outcome": end.outcome, "sentence": end.sentence}))
            self._execute(end)

    def _step(self, step: Callable[[float], list[act.Action]]) -> None:
        actions = step(self._clock.monotonic())
        if actions and isinstance(end := actions[-1], act.EndCallAction):
            self._mark_ended(end)
        else:
            self._follow_phase()
        for action in actions:
            self._execute(action)

    def _arm_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = self._brain.next_timer()
        if deadline is not None and self.snapshot.is_active:
            delay = max(0.0, deadline - self._clock.monotonic())
            self._timer = self._loop.call_later(delay, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._take(self._brain.handle_timer)

    def _spawn[T](self, coro: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = self._loop.create_task(coro)
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)
        return task

    def _on_task_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, ServiceError):
            _LOGGER.error("A task of call %s failed", self.snapshot.call_id, exc_info=error)

    # --- picture ------------------------------------------------------------------------------------------------

    def _follow_phase(self) -> None:
        """Bring the snapshot up to the brain's phase; hold time runs through candidates that come to nothing."""
        old, new = self.snapshot, self._brain.phase
        changes: dict[str, Any] = {}
        if new is not old.phase and old.is_active:
            now = self._clock.time()
            waiting = (Phase.ON_HOLD, Phase.CANDIDATE)
            self._tell_hearing(old.phase, new)
            changes |= {"phase": new, "phase_since": now}
            if new is Phase.ON_HOLD and old.phase not in waiting:
                changes["hold_started_at"] = now
            elif old.phase in waiting and new not in waiting:
                changes["hold_s"] = old.hold_total_s(now)
        if self._brain.is_human is not old.is_human:
            changes["is_human"] = self._brain.is_human
        if self._brain.target_name != old.target_name:
            changes["target_name"] = self._brain.target_name
        if changes:
            self._change(**changes)

    def _tell_hearing(self, old: Phase, new: Phase) -> None:
        """What the words have shown, the ear should know: a queue without music, a voice that was no human."""
        if old is Phase.NAVIGATING and new is Phase.ON_HOLD:
            self._hearing.hold_expected()
        elif old is Phase.CANDIDATE and new in (Phase.ON_HOLD, Phase.NAVIGATING):
            self._hearing.not_human()

    def _mark_ended(self, end: act.EndCallAction) -> None:
        """Show the end before its reports go out, so that whoever hears of it sees why."""
        now = self._clock.time()
        self._change(
            phase=Phase.ENDED,
            phase_since=now,
            ended_at=now,
            hold_s=self.snapshot.hold_total_s(now),
            is_human=False,
            outcome=end.outcome,
            sentence=end.sentence,
        )

    def _change(self, **changes: Any) -> None:
        self.snapshot = replace(self.snapshot, **changes)
        self._on_change(self.snapshot, None)

    def _redact(self, text: str) -> str:
        """Facts that the line reads back appear as placeholders everywhere outside the brain."""
        for name, value in self._brief.facts.items():
            if len(value) >= 3:
                text = text.replace(value, f"{{{name}}}")
        return text

    def _report(self, action: act.ReportAction) -> None:
        now = self._clock.time()
        data = {k: self._redact(v) if isinstance(v, str) else v for k, v in action.data.items()}
        occurrence = ev.CallOccurrence(self.snapshot.call_id, action.kind, now, now - self._started_at, data)
        if (log := self._services.call_log) is not None:
            self._log_queue.put_nowait(partial(log.record, occurrence))
        match action.kind:
            case ev.OccurrenceKind.KEY_PRESSED:
                self.snapshot = replace(self.snapshot, last_action=f"pressed {data['digits']}")
            case ev.OccurrenceKind.SAID:
                self.snapshot = replace(self.snapshot, last_action=f"said {data['text']}")
            case _:
                pass
        self._on_change(self.snapshot, occurrence)

    async def _write_log(self) -> None:
        """Write the history in order, off the brain's path; a failing disk is told once and the call goes on."""
        has_failed = False
        while (write := await self._log_queue.get()) is not None:
            try:
                await write()
            except ServiceError as err:
                if not has_failed:
                    _LOGGER.warning("The history of call %s cannot be written: %s", self.snapshot.call_id, err)
                    self._report(act.ReportAction(ev.OccurrenceKind.SERVICE_FAILED, {"service": "history"}))
                has_failed = True

    # --- actions ------------------------------------------------------------------------------------------------

    def _execute(self, action: act.Action) -> None:
        match action:
            case act.DialAction():
                leg = self._legs[action.leg_id] = _LegRuntime()
                self._spawn(self._dial(action, leg))
            case act.HangUpLegAction(leg_id):
                self._hang_up(leg_id)
            case act.SendDigitsAction():
                self._spawn(self._send_digits(action))
            case act.PrepareSpeechAction(text):
                self._speaker.prepare(text)
            case act.SpeakAction():
                self._speak(action)
            case act.StopSpeakingAction(leg_id):
                self._stop_speaking(leg_id)
            case act.TranscribeAction():
                self._spawn(self._transcribe(action))
            case act.AskLanguageModelAction():
                self._spawn(self._ask(action))
            case act.BridgeAction(leg_id):
                self._start_bridge(leg_id)
            case act.UnbridgeAction():
                self._stop_bridge()
            case act.ReportAction():
                self._report(action)
            case act.NotifyUserAction(key, text):
                self._notices.add(self._loop.create_task(self._notify(key, text)))
            case act.EndCallAction():
                self._release_task = self._loop.create_task(self._release())
            case _:
                raise TypeError(f"unknown action {type(action).__name__}")

    async def _dial(self, action: act.DialAction, leg: _LegRuntime) -> None:
        on_frame = self._on_far_frame if action.leg_id == ev.FAR_LEG else None
        try:
            leg.media = await self._media_factory(
                self._trunk.local_address, on_frame=on_frame, on_digit=partial(self._on_digit, action.leg_id)
            )
        except OSError as err:
            _LOGGER.error("No media port can be bound for a leg: %s", err.strerror)
            self.post(ev.LegFailedEvent(action.leg_id, LegFailure.UNREACHABLE))
            return
        if leg.is_hung_up:
            self.post(ev.LegFailedEvent(action.leg_id, LegFailure.CANCELLED))
            return
        leg.handle = self._trunk.dial(action.leg_id, action.target, leg.media.offer, partial(self._on_leg_event, leg))

    def _on_leg_event(self, leg: _LegRuntime, event: ev.LegEvent) -> None:
        match event:
            case ev.LegEarlyMediaEvent(answer=answer) | ev.LegMediaChangedEvent(answer=answer):
                if leg.media is not None:
                    leg.media.connect(answer)
            case ev.LegAnsweredEvent(answer=answer):
                leg.is_up = True
                if leg.media is not None:
                    leg.media.connect(answer)
                    leg.media.watch(self._settings.media_timeout_s, partial(self._on_media_dead, leg))
                if event.leg_id == ev.FAR_LEG:
                    self._hearing.answered()
                    self._change(answered_at=self._clock.time())
            case ev.LegFailedEvent() | ev.LegEndedEvent():
                leg.is_over = True
                leg.is_up = False
                self._release_audio(event.leg_id)
            case _:
                pass
        self.post(event)

    def _on_media_dead(self, leg: _LegRuntime) -> None:
        """No RTP for too long: the far end is gone without a BYE."""
        if leg.is_up and leg.handle is not None:
            leg.handle.hang_up(EndedBy.TIMEOUT)

    def _on_digit(self, leg_id: str, digit: str) -> None:
        self.post(ev.DigitReceivedEvent(leg_id, digit))

    def _on_far_frame(self, frame: AudioFrame) -> None:
        for heard in self._hearing.feed(frame):
            match heard:
                case ev.FrameLabelledEvent():
                    continue
                case ev.AudioClassChangedEvent(label=label):
                    self._change(audio_class=label)
                case ev.VerdictChangedEvent(confidence=confidence):
                    self.snapshot = replace(self.snapshot, confidence=confidence)
                case _:
                    pass
            if self.snapshot.is_active:
                self.post(heard)

    def _hang_up(self, leg_id: str) -> None:
        leg = self._legs.get(leg_id)
        if leg is None or leg.is_hung_up:
            return
        leg.is_hung_up = True
        self._release_audio(leg_id)
        if leg.handle is not None:
            leg.handle.hang_up()

    def _release_audio(self, leg_id: str) -> None:
        """Nothing more is played to or bridged with a leg that is going away."""
        if self._bridge is not None and leg_id in (ev.FAR_LEG, self._bridged_leg):
            self._stop_bridge()
        self._stop_speaking(leg_id)

    async def _send_digits(self, action: act.SendDigitsAction) -> None:
        media = self._media(action.leg_id)
        if media is None:
            return
        try:
            if action.leg_id == ev.FAR_LEG:
                self._hearing.digits_sent()
            await media.send_digits(action.digits)
        except RuntimeError:
            _LOGGER.warning("The far end has not agreed to telephone events: keys cannot be sent")
            self._report(act.ReportAction(ev.OccurrenceKind.SERVICE_FAILED, {"service": "dtmf"}))
        self.post(ev.DigitsSentEvent(action.leg_id))

    def _media(self, leg_id: str) -> MediaSession | None:
        leg = self._legs.get(leg_id)
        return leg.media if leg is not None and leg.is_up else None

    # --- voice --------------------------------------------------------------------------------------------------

    def _speak(self, action: act.SpeakAction) -> None:
        leg = self._legs.get(action.leg_id)
        if leg is None or not leg.is_up:
            self._loop.call_soon(self.post, ev.SpeakingFailedEvent(action.speech_id, "leg_down"))
            return
        leg.speaking = self._spawn(self._say(action))

    async def _say(self, action: act.SpeakAction) -> None:
        try:
            pcm = await self._speaker.pcm(action.text)
        except ServiceError as err:
            _LOGGER.warning("A sentence could not be spoken: %s", err)
            self.post(ev.SpeakingFailedEvent(action.speech_id, str(err)))
            return
        media = self._media(action.leg_id)
        if media is None:
            self.post(ev.SpeakingFailedEvent(action.speech_id, "leg_down"))
            return
        is_far = action.leg_id == ev.FAR_LEG
        if is_far:
            self._hearing.local_speech(is_speaking=True)
        media.play(pcm, partial(self._on_played, action.speech_id, is_far))

    def _on_played(self, speech_id: int, is_far: bool, is_complete: bool) -> None:
        if is_far:
            self._hearing.local_speech(is_speaking=False)
        self.post(ev.SpokenEvent(speech_id) if is_complete else ev.SpeakingFailedEvent(speech_id, "stopped"))

    def _stop_speaking(self, leg_id: str) -> None:
        leg = self._legs.get(leg_id)
        if leg is None:
            return
        if leg.speaking is not None:
            leg.speaking.cancel()
            leg.speaking = None
        if leg.media is not None:
            leg.media.stop_playing()

    async def _transcribe(self, action: act.TranscribeAction) -> None:
        reason = "no speech-to-text engine is set up"
        if self._services.stt is not None:
            try:
                async with self._stt_slots, asyncio.timeout(self._settings.stt_timeout_s):
                    text = await self._services.stt.transcribe(action.pcm, self._brief.language)
            except TimeoutError:
                reason = "speech to text did not answer in time"
            except ServiceError as err:
                reason = str(err)
            else:
                if text:
                    self._change(last_heard=self._redact(text))
                self.post(ev.TranscribedEvent(action.utterance_id, text, action.start_s, action.end_s))
                return
        self.post(ev.TranscriptionFailedEvent(action.utterance_id, reason))

    async def _ask(self, action: act.AskLanguageModelAction) -> None:
        reason = "no language model is set up"
        if self._services.llm is not None:
            try:
                async with asyncio.timeout(self._settings.llm_timeout_s):
                    answer = await self._services.llm.decide(action.question)
            except TimeoutError:
                reason = "the language model did not answer in time"
            except ServiceError as err:
                reason = str(err)
            else:
                self.post(ev.LanguageModelAnsweredEvent(action.question_id, answer))
                return
        self.post(ev.LanguageModelFailedEvent(action.question_id, reason))

    async def _notify(self, key: str, text: str) -> None:
        if self._services.notifier is None:
            return
        try:
            await self._services.notifier.notify(self.snapshot.call_id, key, text)
        except ServiceError as err:
            _LOGGER.warning("The user could not be notified: %s", err)

    # --- bridge and release -----------------------------------------------------------------------------------------

    def _start_bridge(self, leg_id: str) -> None:
        far, user = self._media(ev.FAR_LEG), self._media(leg_id)
        if far is None or user is None:
            return
        self._stop_bridge()
        self._bridge = Bridge(far, user)
        self._bridged_leg = leg_id
        self._bridge.start()
        self.post(ev.BridgedEvent(leg_id))

    def _stop_bridge(self) -> None:
        if self._bridge is not None:
            self._bridge.stop()
            self._bridge = None
            self._bridged_leg = ""

    async def _release(self) -> None:
        """Close what the call holds. Notifications under way may finish; everything else is cancelled."""
        self._stop_bridge()
        if self._timer is not None:
            self._timer.cancel()
        for leg_id in self._legs:
            self._hang_up(leg_id)
        for leg in self._legs.values():
            if leg.media is not None:
                await leg.media.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if (log := self._services.call_log) is not None:
            self._log_queue.put_nowait(partial(log.end, self.snapshot))
        self._log_queue.put_nowait(None)
        if self._log_task is not None:
            await self._log_task
        if self._notices:
            await asyncio.wait(self._notices, timeout=_NOTICE_S)
            for notice in self._notices:
                notice.cancel()
        self.done.set()
        self._on_released(self.snapshot.call_id)
