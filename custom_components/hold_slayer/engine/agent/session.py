"""One call at run time: its brain, its legs with their media, its hearing and every task it started.

Everything runs on one event loop. `CallSession.post` is the only way into the brain: events that arrive while the brain's last
actions are being carried out wait in line, so the brain is never re-entered.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
import logging
from typing import Any

from ..call.brain import Brain
from ..call.hearing import phase_changed
from ..ivr.navigator import Navigator
from ..media.bridge import Bridge, BridgeEnd
from ..media.clock import next_slot
from ..media.session import MediaSession
from ..model import action as act, call_event as ev
from ..model.audio_frame import AudioFrame
from ..model.call_brief import Arrival, CallBrief, TargetKind
from ..model.detour import Detour
from ..model.phase import LegFailure, Outcome
from ..model.phone_number import DialTarget
from ..model.snapshot import CallSnapshot
from ..ports import ServiceError
from ..sip.errors import TrunkError
from . import direct_line, remembering
from .endpoint_leg import EndpointDirectory, EndpointLeg
from .enquiries import Enquiries
from .history import HistoryWriter
from .key_ear import KeyEar
from .leg import LegRuntime, MediaFactory, TrunkHandle
from .leg_ear import LegEar
from .notices import Notices
from .picture import Listener, Picture
from .quality import QualityWatch
from .recording import RECORDING_FAILED, CallRecording, NotedHearing
from .release import release, settled
from .services import AgentSettings, NoQuestionError, Services, UnknownCallError
from .speaker import Speaker
from .strip import StripBuilder

_LOGGER = logging.getLogger(__name__)


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
        endpoints: EndpointDirectory | None = None,
    ) -> None:
        self._brief = brief
        self._endpoints = endpoints or EndpointDirectory()
        self._trunk = trunk
        self._services = services
        self._settings = settings
        self._on_released = on_released
        self._media_factory = media_factory
        self._clock = services.clock
        self._loop = asyncio.get_running_loop()
        legs = settings.budget.legs_at_once
        self._brain = Brain(
            replace(settings.brain, understands_user=services.stt is not None, legs_at_once=legs),
            partial(Navigator, has_model=services.llm is not None),
        )
        self._strip = StripBuilder()
        self._recording = CallRecording(call_id, brief.record, services.recordings, self._on_recording_failed)
        self._hearing = NotedHearing(self._recording)
        self._slot_s = next_slot()
        remembering.recall(brief, self._hearing, services.clock.time())
        self._legs: dict[str, LegRuntime] = {}
        self._ears: dict[str, LegEar] = {}
        self._bridge: Bridge | None = None
        self._bridged_leg = ""
        self._closing: set[asyncio.Task[None]] = set()
        self._release_task: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._speaker = Speaker(services.tts, brief.language, settings.tts_timeout_s, self._spawn)
        self._inbox: deque[Callable[[float], list[act.Action]]] = deque()
        self._is_draining = False
        self._timer: asyncio.TimerHandle | None = None
        self._picture = Picture(call_id, brief, services.clock, on_change)
        self._notices = Notices(call_id, services.notifier)
        self._enquiries = Enquiries(services, settings, brief.language, self._on_answer, self._picture.model_used)
        self._quality = QualityWatch(lambda quality: self._picture.change(quality=quality))
        self.done = asyncio.Event()

    @property
    def snapshot(self) -> CallSnapshot:
        """The call as the outside sees it."""
        return self._picture.snapshot

    @property
    def detour(self) -> Detour | None:
        """What one more call should do otherwise; None: no more call."""
        return self._brain.detour

    @property
    def promised(self) -> CallBrief | None:
        """The brief, when the company has promised or was asked to call back and nobody was put through; else None."""
        is_asked = self.snapshot.outcome is Outcome.MESSAGE_LEFT
        is_open = (self._brain.has_callback or is_asked) and self.snapshot.outcome is not Outcome.CONNECTED
        return self._brief if is_open else None

    # --- life ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Hand the mission to the brain. The call may be over when this returns (policy)."""
        picture = self._picture
        log = self._services.call_log
        picture.history = HistoryWriter(log, self.snapshot.call_id, partial(picture.service_failed, "history"))
        picture.history.begin(self.snapshot)
        self.post(ev.CallRequestedEvent(self._brief))

    async def interrupt(self) -> None:
        """End the call because the program stops; returns when nothing of it runs any more."""
        if self.snapshot.is_active:
            self.post(ev.InterruptedEvent())
        await self.done.wait()

    def post(self, event: ev.CallEvent) -> None:
        """Give the brain an event and carry out what it decides."""
        self._take(partial(self._brain.handle, event))

    def listen(self, sink: Callable[[bytes], None]) -> Callable[[], None]:
        """Let ``sink`` have what the company's side says: 20 ms a time, 320 bytes of 16-bit PCM at 8 kHz; returns how to stop.

        Raises:
            UnknownCallError: there is no audio yet.
        """
        leg = self._legs.get(ev.FAR_LEG)
        if leg is None or leg.media is None:
            raise UnknownCallError(self.snapshot.call_id)
        return leg.media.add_sink(lambda frame: sink(frame.pcm), may_wait=True)

    def answer_question(self, answer: str | None, question_id: int | None = None, kept: str = "") -> None:
        """The user's answer to the open question, which is private from now on; None: they would rather not.

        ``kept``: it is the value of the kept fact of this name, which no language model is given.

        Raises:
            NoQuestionError: none is open, or not this one.
        """
        question = self.snapshot.question
        if question is None or question_id not in (None, question.question_id) or (question.asks and kept):
            raise NoQuestionError(self.snapshot.call_id)
        if answer is not None and not question.asks:
            self._picture.keep_private(kept or question.fact, answer)
        self.post(ev.QuestionAnsweredEvent(question.question_id, answer, kept))

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
            self._picture.ended(end)
            self._picture.report(
                act.ReportAction(ev.OccurrenceKind.ENDED, {"outcome": end.outcome, "sentence": end.sentence})
            )
            self._execute(end)

    def _step(self, step: Callable[[float], list[act.Action]]) -> None:
        actions = step(self._clock.monotonic())
        self._picture.advice_judged(self._brain.advice)
        if actions and isinstance(end := actions[-1], act.EndCallAction):
            self._picture.ended(end)
        elif moved := self._picture.follow(self._brain):
            self._recording.phase_changed(moved[1])
            phase_changed(self._hearing, *moved)
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

    def _on_answer(self, event: ev.CallEvent) -> None:
        if isinstance(event, ev.TranscribedEvent) and event.text and not event.is_partial:
            self._strip.transcribed(event.start_s, event.end_s)
            self._picture.change(last_heard=self._picture.redact(event.text))
        if isinstance(event, ev.TranscribedEvent) and (ear := self._ears.get(ev.FAR_LEG)) is not None:
            ear.words(event.text)
        self.post(event)

    # --- actions ------------------------------------------------------------------------------------------------

    def _execute(self, action: act.Action) -> None:
        match action:
            case act.DialAction():
                leg = self._legs[action.leg_id] = LegRuntime()
                self._spawn(self._dial(action, leg))
            case act.RingEndpointAction():
                self._ring_target(action)
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
                self._spawn(self._enquiries.transcribe(action))
            case act.ChangeLanguageAction(language):
                self._enquiries.speak(language)
                self._speaker.speak(language)
                self._picture.speaks(language)
            case act.AskLanguageModelAction():
                self._spawn(self._enquiries.ask(action))
            case act.BridgeAction(leg_id):
                self._start_bridge(leg_id)
            case act.UnbridgeAction():
                self._stop_bridge()
            case act.TransferAction():
                self._transfer(action)
            case act.ChooseTargetsAction(targets):
                where = self._services.whereabouts
                chosen = targets if where is None else tuple(where.reachable(targets))
                self.post(ev.TargetsChosenEvent(chosen))
            case act.ReportAction():
                self._strip.reported(action)
                self._picture.report(action)
            case act.NotifyUserAction(key, text):
                self._notices.send(key, self._picture.redact(text))
            case act.EndCallAction():
                self._release_task = self._loop.create_task(self._release())
            case _:
                raise TypeError(f"unknown action {type(action).__name__}")

    async def _dial(self, action: act.DialAction, leg: LegRuntime) -> None:
        trunk = self._services.line_of(action.account) if action.account else self._trunk
        if trunk is None or not trunk.local_address:
            _LOGGER.warning("The account of a hand-over target has no line now")
            self.post(ev.LegFailedEvent(action.leg_id, LegFailure.UNREACHABLE))
            return
        await self._place(action.leg_id, action.target, trunk, leg)

    async def _place(self, leg_id: str, target: DialTarget, trunk: TrunkHandle, leg: LegRuntime) -> None:
        """Bind the leg's audio and send the INVITE."""
        try:
            leg.media = await self._media_factory(
                trunk.local_address, on_digit=partial(self._on_digit, leg_id), srtp=trunk.srtp, slot_s=self._slot_s
            )
        except OSError as err:
            _LOGGER.error("No media port can be bound for a leg: %s", err.strerror)
            self._not_placed(leg_id, leg, LegFailure.UNREACHABLE)
            return
        leg.talk = leg.media
        if leg_id == ev.FAR_LEG:
            leg.media.add_sink(self._on_far_frame, may_wait=True)
            await self._recording.start(leg.media)
        is_answering = leg_id == ev.FAR_LEG and self._brief.arrival is not Arrival.PLACED
        if leg.is_hung_up:
            self._not_placed(leg_id, leg, LegFailure.CANCELLED)
        elif not is_answering and not trunk.has_free_line:
            self._not_placed(leg_id, leg, LegFailure.BUSY)
        else:
            leg.handle = trunk.dial(leg_id, target, leg.media.offer, partial(self._on_leg_event, leg))

    def _not_placed(self, leg_id: str, leg: LegRuntime, failure: LegFailure) -> None:
        """The leg was never placed."""
        self._close_soon(leg)
        self.post(ev.LegFailedEvent(leg_id, failure))

    def _on_leg_event(self, leg: LegRuntime, event: ev.LegEvent) -> None:
        match event:
            case ev.LegEarlyMediaEvent(answer=answer) | ev.LegMediaChangedEvent(answer=answer):
                if leg.media is not None:
                    leg.media.connect(answer)
            case ev.LegAnsweredEvent(answer=answer):
                leg.is_up = True
                if leg.media is not None:
                    leg.media.connect(answer)
                    leg.watch(self._settings.media_silent_s)
                    self._listen_to_answerer(event.leg_id, leg.media)
                    if event.leg_id != ev.FAR_LEG:
                        leg.keys = KeyEar(partial(self._on_tone, event.leg_id))
                        leg.keys.start(leg.media)
                if event.leg_id == ev.FAR_LEG:
                    if leg.media is not None:
                        self._quality.start(leg.media)
                    self._hearing.answered()
                    if self._brief.message is not None:
                        self._hearing.beeps_wanted()
                    self._picture.answered()
            case ev.EndpointAcceptedEvent():
                leg.is_up = True
                leg.talk = leg.handle.media if isinstance(leg.handle, EndpointLeg) else None
            case ev.DigitReceivedEvent() if leg.keys is not None:
                leg.keys.stop()
            case ev.LegFailedEvent() | ev.LegEndedEvent():
                leg.is_up = False
                if event.leg_id == ev.FAR_LEG:
                    # The last sentence is often cut by the hang-up: its words may say why.
                    for heard in self._hearing.finish():
                        if isinstance(heard, ev.UtteranceEndedEvent):
                            self.post(heard)
                self._release_audio(event.leg_id)
                if event.leg_id != ev.FAR_LEG:
                    self._close_soon(leg)
            case _:
                pass
        self.post(event)

    def _ring_target(self, action: act.RingEndpointAction) -> None:
        leg = self._legs[action.leg_id] = LegRuntime()
        if action.target.kind is TargetKind.DIRECT:
            self._spawn(self._ring_directly(action, leg))
            return
        endpoint = self._endpoints.open(action.target, self.snapshot.call_id)
        if endpoint is None:
            self.post(ev.LegFailedEvent(action.leg_id, LegFailure.UNAVAILABLE))
            return
        handle = leg.handle = EndpointLeg(action.leg_id, endpoint, partial(self._on_leg_event, leg), self._slot_s)
        self._spawn(handle.ring(action.target.ring_s))

    async def _ring_directly(self, action: act.RingEndpointAction, leg: LegRuntime) -> None:
        address = self._services.address_of(action.target.endpoint)
        try:
            leg.line, target = await direct_line.prepare(address, self._settings.brain.region)
            await leg.line.start()
        except direct_line.LineError as err:
            _LOGGER.warning("The telephone of a hand-over target is not rung: %s", err)
            self._not_placed(action.leg_id, leg, err.failure)
        except TrunkError as err:
            _LOGGER.warning("The telephone of a hand-over target cannot be rung: %s", err)
            self._not_placed(action.leg_id, leg, LegFailure.UNREACHABLE)
        else:
            await self._place(action.leg_id, target, leg.line, leg)

    def _listen_to_answerer(self, leg_id: str, media: MediaSession) -> None:
        """What the company says is transcribed anyway; a phone of the user's is asked about here."""
        stt = None if leg_id == ev.FAR_LEG else self._services.stt
        language = self._brief.user_language or self._brief.language
        ear = self._ears[leg_id] = LegEar(
            leg_id, self.post, self._spawn, stt=stt, language=language, stt_timeout_s=self._settings.stt_timeout_s,
            awaits_consent=self._brief.confirm_answer and leg_id != ev.FAR_LEG,
        )  # fmt: skip
        ear.start(media)

    def _on_digit(self, leg_id: str, digit: str) -> None:
        if (leg := self._legs.get(leg_id)) is not None and leg.keys is not None:
            leg.keys.stop()
        self.post(ev.DigitReceivedEvent(leg_id, digit))

    def _on_tone(self, leg_id: str, digit: str) -> None:
        self.post(ev.DigitReceivedEvent(leg_id, digit, is_tone=True))

    def _on_far_frame(self, frame: AudioFrame) -> None:
        if self.snapshot.audio_at is None:
            self._picture.change_quietly(audio_at=self._clock.time())
        self._recording.hear(frame)
        for heard in self._hearing.feed(frame):
            match heard:
                case ev.FrameLabelledEvent(t_s=t_s, label=label):
                    snapshot = self.snapshot
                    repeat = self._hearing.is_repeat
                    if self._strip.add(t_s, label, snapshot.phase, is_human=snapshot.is_human, is_repeat=repeat):
                        self._picture.change_quietly(strip=self._strip.runs)
                    continue
                case ev.HoldPatternHeardEvent(pattern=pattern):
                    self._picture.change_quietly(hold_pattern=pattern)
                case ev.AudioClassChangedEvent(label=label):
                    self._picture.change(audio_class=label)
                case ev.VerdictChangedEvent(confidence=confidence):
                    self._picture.change_quietly(confidence=confidence)
                case ev.UtteranceEndedEvent():
                    self._recording.utterance_ended()
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
        if (ear := self._ears.pop(leg_id, None)) is not None:
            ear.stop()

    async def _send_digits(self, action: act.SendDigitsAction) -> None:
        leg = self._legs.get(action.leg_id)
        if leg is None or self._media(action.leg_id) is None:
            return
        if action.is_private:
            self._recording.private_begins()
        try:
            if action.leg_id == ev.FAR_LEG:
                self._hearing.digits_sent()
            await leg.send_keys(action.digits, self._trunk.dtmf)
        except RuntimeError:
            _LOGGER.warning("Keys cannot be sent: the leg takes none")
            self._picture.service_failed("dtmf")
        finally:
            if action.is_private:
                self._recording.private_ends()
        self.post(ev.DigitsSentEvent(action.leg_id))

    def _media(self, leg_id: str) -> MediaSession | None:
        leg = self._legs.get(leg_id)
        return leg.media if leg is not None and leg.is_up else None

    def _talk(self, leg_id: str) -> BridgeEnd | None:
        leg = self._legs.get(leg_id)
        return leg.talk if leg is not None and leg.is_up else None

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
        if action.is_private:
            self._recording.private_begins()
        media.play(pcm, partial(self._on_played, action, is_far))

    def _on_played(self, action: act.SpeakAction, is_far: bool, is_complete: bool) -> None:
        if action.is_private:
            self._recording.private_ends()
        if action.tells_of_recording and is_complete:
            self._recording.told()
        if is_far:
            self._hearing.local_speech(is_speaking=False)
        speech_id = action.speech_id
        self.post(ev.SpokenEvent(speech_id) if is_complete else ev.SpeakingFailedEvent(speech_id, "stopped"))

    def _stop_speaking(self, leg_id: str) -> None:
        leg = self._legs.get(leg_id)
        if leg is not None:
            leg.stop_speaking()

    def _on_recording_failed(self, reason: str) -> None:
        if self.snapshot.is_active:
            self._picture.report(
                act.ReportAction(ev.OccurrenceKind.SERVICE_FAILED, {"service": "recording", "reason": reason})
            )
            self._execute(act.NotifyUserAction("recording_failed", RECORDING_FAILED[reason]))

    # --- bridge and release -----------------------------------------------------------------------------------------

    def _start_bridge(self, leg_id: str) -> None:
        far, user = self._talk(ev.FAR_LEG), self._talk(leg_id)
        if far is None or user is None:
            return
        self._stop_bridge()
        self._bridge = Bridge(far, user)
        self._bridged_leg = leg_id
        if self._brief.confirm_answer and (ear := self._ears.get(leg_id)) is not None:
            # They have accepted: what is said now is nobody's business.
            ear.stop()
        self._bridge.start()
        self.post(ev.BridgedEvent(leg_id))

    def _stop_bridge(self) -> None:
        if self._bridge is not None:
            self._bridge.stop()
            self._bridge = None
            self._bridged_leg = ""

    def _transfer(self, action: act.TransferAction) -> None:
        leg, other = self._legs.get(action.leg_id), self._legs.get(action.replaces)
        uri = other.handle.replaces_uri if other is not None and other.handle is not None else ""
        if action.target is not None:
            uri = self._trunk.uri_for(action.target)
        handle = leg.handle if leg is not None and leg.is_up else None
        if handle is None or not handle.refer_to(uri, limit_s=action.limit_s):
            self.post(ev.LegTransferProgressedEvent(action.leg_id, 481, is_over=True))

    def _close_soon(self, leg: LegRuntime) -> None:
        """A telephone that is not in the call any more gets no packet of it; the recorded leg is closed with the call."""
        if leg.media is not None or leg.line is not None:
            task = self._loop.create_task(leg.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _release(self) -> None:
        """Close what the call holds, whatever of it fails. Notifications under way may finish; all else is cancelled."""
        own = (self._release_media, self._keep_learned, self._release_recording, self._release_tasks)
        try:
            await release(self.snapshot.call_id, *own, self._picture.finish, self._notices.finish)
        finally:
            self.done.set()
            self._on_released(self.snapshot.call_id)

    async def _release_media(self) -> None:
        self._stop_bridge()
        self._quality.stop()
        if self._timer is not None:
            self._timer.cancel()
        for leg_id in self._legs:
            self._hang_up(leg_id)
        media = [leg.media.close() for leg in self._legs.values() if leg.media is not None]
        await settled(self.snapshot.call_id, *media, *self._closing)

    async def _keep_learned(self) -> None:
        if self.snapshot.answered_at is not None:
            await remembering.keep(self._services.memories, self._brief, self._brain, self._hearing, self._clock.time())

    async def _release_recording(self) -> None:
        self._picture.change_quietly(recording=await self._recording.finish(), strip=self._strip.runs)

    async def _release_tasks(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await settled(self.snapshot.call_id, *(leg.close() for leg in self._legs.values()))
