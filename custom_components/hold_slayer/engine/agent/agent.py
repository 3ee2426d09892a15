"""One trunk and its calls: the only thing that Home Assistant and the terminal talk to."""

import asyncio
from collections.abc import Callable, Iterable
import logging
from ssl import SSLContext
import uuid

from ..call.budget import Budget
from ..call.callbacks import CallbackDesk, Promise
from ..ivr.vocabulary import read_vocabularies
from ..media import g722
from ..media.session import MediaSession
from ..model import call_event as ev
from ..model.call_brief import CallBrief, HandOverTarget, TargetKind
from ..model.detour import Detour
from ..model.media_description import Codec
from ..model.model_use import ModelUse
from ..model.past_call import PastCall
from ..model.phase import Outcome, Phase
from ..model.snapshot import CallSnapshot
from ..ports import ServiceError
from ..sip.account import TrunkAccount
from ..sip.user_agent import IncomingCall, RegistrationStatus, UserAgent
from .arrival import AnsweringTrunk, Doorman, Visitor
from .endpoint_leg import EndpointDirectory, OpenEndpoint
from .leg import MediaFactory, TrunkHandle
from .picture import Listener
from .services import AgentSettings, CallRefusedError, Services, UnknownCallError
from .session import CallSession

_LOGGER = logging.getLogger(__name__)
_CALLBACK_S = 24 * 3600.0
"""So long a company may take to return a call as it promised."""


def _tell[*T](listeners: Iterable[Callable[[*T], object]], *news: *T) -> None:
    """Tell all of them. One that fails takes nothing from the others, and ends neither a call nor the registration."""
    for listener in tuple(listeners):
        try:
            listener(*news)
        except Exception:
            _LOGGER.exception("A listener failed")


class Agent:
    """Places calls over one account, one mission each, and tells listeners what happens."""

    def __init__(
        self,
        account: TrunkAccount,
        services: Services,
        *,
        settings: AgentSettings | None = None,
        ssl_context: SSLContext | None = None,
        past_calls: Iterable[PastCall] = (),
        media_factory: MediaFactory = MediaSession.bind,
    ) -> None:
        """``past_calls``: the account's calls of the last day, so that a restart does not begin a new day."""
        self._services = services
        self._settings = settings or AgentSettings()
        self._budget = Budget(self._settings.budget, past_calls)
        self._media_factory = media_factory
        most_legs = self._settings.budget.legs_at_once
        self._trunk = UserAgent(account, on_status=self._on_trunk_status, ssl_context=ssl_context, most_legs=most_legs)
        self._account = account
        self._loading: asyncio.Future[bool] | None = None
        self._endpoints = EndpointDirectory()
        self._sessions: dict[str, CallSession] = {}
        self._ended: list[CallSnapshot] = []
        self._model_use = ModelUse()
        self._listeners: list[Listener] = []
        self._trunk_listeners: list[Callable[[RegistrationStatus], None]] = []
        self._callbacks = CallbackDesk(self._settings.brain.region)
        self._callback_listeners: list[Callable[[tuple[Promise, ...]], None]] = []
        self._doorman: Doorman | None = None
        self._arrivals: dict[str, AnsweringTrunk] = {}
        self._is_stopping = False

    # --- life ---------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Bind and begin to register; a trunk that does not answer is tried again in the background.

        Raises:
            TrunkError: nothing can be bound.
        """
        codecs = self._account.codecs
        if not codecs or Codec.G722 in codecs:
            self._loading = asyncio.get_running_loop().run_in_executor(None, g722.load)
        self._trunk.take_calls(self._on_incoming)
        await self._trunk.start()
        # Files that no call should read while it listens.
        await asyncio.to_thread(read_vocabularies)

    async def stop(self) -> None:
        """End running calls as interrupted and leave nothing up: no leg, no task, no socket."""
        self._is_stopping = True
        sessions = [session.interrupt() for session in self._sessions.values()]
        if sessions:
            try:
                async with asyncio.timeout(self._settings.stop_timeout_s):
                    await asyncio.gather(*sessions)
            except TimeoutError:
                _LOGGER.warning("%d calls did not end in time", len(sessions))
        await self._trunk.stop()
        if self._loading is not None:
            await self._loading

    @property
    def trunk(self) -> TrunkHandle:
        """The account's line, for calls of other accounts whose user is reached over it."""
        return self._trunk

    @property
    def trunk_status(self) -> RegistrationStatus:
        """Where the registration stands."""
        return self._trunk.status

    @property
    def refused_calls(self) -> int:
        """Calls that came in from where nobody may call this account."""
        return self._trunk.refused_calls

    @property
    def dropped_messages(self) -> int:
        """Messages that were no SIP or belonged to nothing."""
        return self._trunk.dropped

    def _on_trunk_status(self, status: RegistrationStatus) -> None:
        _tell(self._trunk_listeners, status)

    # --- commands -----------------------------------------------------------------------------------------------

    async def call(self, brief: CallBrief) -> str:
        """Begin a call and return its id at once; what becomes of it is told to the listeners.

        Raises:
            CallRefusedError: policy forbids it, too many calls run, or the agent is stopping. The refusal is in the history.
        """
        call_id = uuid.uuid4().hex
        if self._is_stopping:
            raise CallRefusedError(call_id, Outcome.REFUSED, "Hold Slayer is stopping.")
        if self._is_busy:
            await self._refuse(call_id, brief, "Another call is running; end it first.")
        if not self._trunk.has_free_line:
            await self._refuse(call_id, brief, "All lines that the account may use are taken; how many is an option.")
        now = self._services.clock.time()
        if sentence := self._budget.refusal(brief.number.value, now):
            await self._refuse(call_id, brief, sentence)
        session = self._open(call_id, brief, self._trunk)
        session.start()
        if session.snapshot.outcome is Outcome.REFUSED:
            raise CallRefusedError(call_id, Outcome.REFUSED, session.snapshot.sentence)
        self._budget.started(call_id, brief.number.value, now)
        return call_id

    @property
    def _is_busy(self) -> bool:
        return sum(session.snapshot.is_active for session in self._sessions.values()) >= self._settings.max_calls

    def _open(self, call_id: str, brief: CallBrief, trunk: TrunkHandle) -> CallSession:
        session = self._sessions[call_id] = CallSession(
            call_id,
            brief,
            trunk,
            self._services,
            self._settings,
            self._on_change,
            self._on_released,
            media_factory=self._media_factory,
            endpoints=self._endpoints,
        )
        return session

    # --- calls that come in -------------------------------------------------------------------------------------

    def admit(self, doorman: Doorman | None) -> None:
        """Have ``doorman`` asked what calls that come in are for; None: only promised ones are taken."""
        self._doorman = doorman

    def detour_of(self, call_id: str) -> Detour | None:
        """What one more call should do otherwise, from the end of a call until it is released; None: no more call."""
        session = self._sessions.get(call_id)
        return session.detour if session is not None else None

    def expect_callback(self, brief: CallBrief, until: float) -> None:
        """A company will return this call before ``until`` (epoch): then the user is put through at once."""
        self._callbacks.expect(Promise(brief, until), self._services.clock.time())
        self._tell_callbacks()

    def forget_callback(self, number: str) -> None:
        """The call of ``number`` is not waited for any more."""
        self._callbacks.forget(number)
        self._tell_callbacks()

    def drop_old_callbacks(self) -> None:
        """Forget promises whose time is over; otherwise that happens when somebody promises or calls."""
        if self._callbacks.drop_old(self._services.clock.time()):
            self._tell_callbacks()

    def subscribe_callbacks(self, listener: Callable[[tuple[Promise, ...]], None]) -> Callable[[], None]:
        """Call ``listener`` with all promises that are waited for whenever they change; returns how to stop it."""
        self._callback_listeners.append(listener)
        return lambda: self._callback_listeners.remove(listener)

    def _tell_callbacks(self) -> None:
        _tell(self._callback_listeners, self._callbacks.open)

    def _on_incoming(self, call: IncomingCall) -> None:
        """Somebody who may call rings: a promised call, one that the user hands over, or nobody's business."""
        visitor = Visitor(call.caller, call.transaction.source[0])
        if self._is_stopping or self._is_busy:
            call.refuse(486)
            return
        brief = self._callbacks.match(visitor.number, self._services.clock.time())
        if brief is not None:
            self._tell_callbacks()
        elif self._doorman is not None:
            brief = self._doorman(visitor)
        if brief is None:
            # Another telephone of the account may still take it: no 6xx, no 486.
            call.refuse(480)
            return
        call_id = uuid.uuid4().hex
        trunk = self._arrivals[call_id] = AnsweringTrunk(self._trunk, call)
        session = self._open(call_id, brief, trunk)
        trunk.watch(session.post)
        call.ring()
        session.start()

    # --- commands on a call -------------------------------------------------------------------------------------

    def hang_up(self, call_id: str) -> None:
        """End a call. Raises UnknownCallError."""
        self._session(call_id).post(ev.HangUpRequestedEvent())

    def send_digits(self, call_id: str, digits: str) -> None:
        """Press keys into a call's far leg. Raises UnknownCallError."""
        self._session(call_id).post(ev.DigitsRequestedEvent(digits))

    def say(self, call_id: str, text: str) -> None:
        """Have a sentence said to the company; nothing happens before the answer and while the user talks.

        Raises UnknownCallError.
        """
        self._session(call_id).post(ev.SayRequestedEvent(text))

    def listen(self, call_id: str, sink: Callable[[bytes], None]) -> Callable[[], None]:
        """Hear the company's side live: 20 ms of 16-bit PCM at 8 kHz a time; returns how to stop. Raises UnknownCallError."""
        return self._session(call_id).listen(sink)

    def resume_waiting(self, call_id: str) -> None:
        """Take a connected call back from the user and wait on hold again. Raises UnknownCallError."""
        self._session(call_id).post(ev.ResumeWaitingRequestedEvent())

    def transfer(self, call_id: str, target: HandOverTarget | None = None) -> None:
        """Put the user through now: to ``target``, or to the targets of the brief. Raises UnknownCallError."""
        self._session(call_id).post(ev.TransferRequestedEvent(target))

    def answer_question(self, call_id: str, answer: str | None, question_id: int | None = None, kept: str = "") -> None:
        """Answer what a call asks the user, with the value of a ``kept`` fact or in other words; None: rather not.

        Raises UnknownCallError and NoQuestionError.
        """
        self._session(call_id).answer_question(answer, question_id, kept)

    def register_endpoint(self, kind: TargetKind, opener: OpenEndpoint) -> Callable[[], None]:
        """Let ``opener`` ring hand-over targets of ``kind`` that are no telephones; returns how to take that back."""
        return self._endpoints.register(kind, opener)

    def _session(self, call_id: str) -> CallSession:
        session = self._sessions.get(call_id)
        if session is None or not session.snapshot.is_active:
            raise UnknownCallError(call_id)
        return session

    # --- pictures -----------------------------------------------------------------------------------------------

    @property
    def calls(self) -> tuple[CallSnapshot, ...]:
        """Active calls, then the last ended ones, newest first."""
        active = [session.snapshot for session in self._sessions.values() if session.snapshot.is_active]
        return (*active, *self._ended)

    @property
    def model_use(self) -> ModelUse:
        """Figures of the language model over all calls since the start, running ones included."""
        return sum((session.snapshot.model_use for session in self._sessions.values()), self._model_use)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener(snapshot, occurrence or None)`` on every change; returns how to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def subscribe_trunk(self, listener: Callable[[RegistrationStatus], None]) -> Callable[[], None]:
        """Call ``listener`` with every change of the registration; returns how to stop it."""
        self._trunk_listeners.append(listener)
        return lambda: self._trunk_listeners.remove(listener)

    def _on_change(self, snapshot: CallSnapshot, occurrence: ev.CallOccurrence | None) -> None:
        if not snapshot.is_active:
            known = next((n for n, ended in enumerate(self._ended) if ended.call_id == snapshot.call_id), None)
            if known is not None:
                self._ended[known] = snapshot
            else:
                self._ended.insert(0, snapshot)
                self._budget.ended(snapshot.call_id, self._services.clock.time())
                del self._ended[self._settings.keep_ended :]
        _tell(self._listeners, snapshot, occurrence)

    def _on_released(self, call_id: str) -> None:
        """Nothing of the call runs any more. What was finished last, its recording, has not been shown yet."""
        if (arrival := self._arrivals.pop(call_id, None)) is not None:
            arrival.release()
        session = self._sessions.pop(call_id)
        self._model_use += session.snapshot.model_use
        if (brief := session.promised) is not None:
            self.expect_callback(brief, self._services.clock.time() + _CALLBACK_S)
        self._on_change(session.snapshot, None)

    async def _refuse(self, call_id: str, brief: CallBrief, sentence: str) -> None:
        now = self._services.clock.time()
        snapshot = CallSnapshot(
            call_id=call_id,
            phase=Phase.ENDED,
            number=brief.number.value,
            company=brief.company,
            goal=brief.goal,
            started_at=now,
            phase_since=now,
            ended_at=now,
            outcome=Outcome.REFUSED,
            sentence=sentence,
        )
        if (log := self._services.call_log) is not None:
            try:
                await log.begin(snapshot)
                await log.end(snapshot)
            except ServiceError as err:
                _LOGGER.warning("The refusal of a call cannot be written to the history: %s", err)
        raise CallRefusedError(call_id, Outcome.REFUSED, sentence)
