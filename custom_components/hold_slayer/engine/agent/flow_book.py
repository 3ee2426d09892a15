"""The flows of one account: chosen for a call, learned when it has ended, imported, exported and deleted by name. No IO."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from ..ivr.flow import flows_for, goal_of, private_words
from ..ivr.flow_codec import LONGEST_TEXT, MOST_FLOWS, FlowError, dump_flows, dump_private, load_flows, load_private
from ..ivr.learner import Lesson, learned, read_call
from ..ivr.words import words_of
from ..model.call_brief import CallBrief
from ..model.call_event import CallOccurrence, OccurrenceKind
from ..model.call_flow import CallFlow, FlowStep

_MOST_OCCURRENCES: Final = 400
_BRACES: Final = str.maketrans("", "", "{}")
"""Facts stand in braces."""
_WANTED: Final = frozenset(
    {
        OccurrenceKind.PROMPT_HEARD,
        OccurrenceKind.KEY_PRESSED,
        OccurrenceKind.SAID,
        OccurrenceKind.HOLD_STARTED,
        OccurrenceKind.CANDIDATE,
        OccurrenceKind.FLOW_DRIFTED,
        OccurrenceKind.HUMAN_ANSWERED,
        OccurrenceKind.ENDED,
    }
)


class FlowBook:
    """See the module's text. ``data``: what `private` returned before; None: an empty book. Raises FlowError."""

    def __init__(self, data: object = None) -> None:
        self._flows = load_private(data) if data is not None else ()
        self._calls: dict[str, tuple[CallBrief, bool, list[CallOccurrence]]] = {}

    @property
    def flows(self) -> tuple[CallFlow, ...]:
        """All of them."""
        return self._flows

    def private(self) -> dict[str, Any]:
        """Everything as plain data, for the user's own storage."""
        return dump_private(self._flows)

    # --- calls --------------------------------------------------------------------------------------------------

    def equipped(self, brief: CallBrief) -> CallBrief:
        """The brief with the flows that the call may follow."""
        return replace(brief, flows=flows_for(self._flows, brief))

    def watch(self, call_id: str, brief: CallBrief, *, learns: bool = True) -> None:
        """Keep the score of the flows by this call when it has ended; ``learns``: it may teach a new one."""
        self._calls[call_id] = (brief, learns, [])

    def told(self, occurrence: CallOccurrence, secrets: Mapping[str, str], today: date) -> bool:
        """Take a line of a call's story; True when the call has ended and changed the flows.

        ``secrets``: texts by name whose words no flow may hold, besides the facts of the call.
        """
        watched = self._calls.get(occurrence.call_id)
        if watched is None or occurrence.kind not in _WANTED:
            return False
        brief, learns, story = watched
        if len(story) < _MOST_OCCURRENCES or occurrence.kind == OccurrenceKind.ENDED:
            story.append(occurrence)
        if occurrence.kind != OccurrenceKind.ENDED:
            return False
        del self._calls[occurrence.call_id]
        return self._learn(brief, story, secrets, today, learns=learns)

    def _learn(
        self,
        brief: CallBrief,
        occurrences: list[CallOccurrence],
        secrets: Mapping[str, str],
        today: date,
        *,
        learns: bool,
    ) -> bool:
        language = words_of(brief.language).language
        private = private_words([*secrets.values(), *brief.facts.values(), brief.user_name])
        tags, words = goal_of(brief)
        lesson = Lesson(_name_of(brief, tags), brief.number.value, language, tags, words, today)
        before = self._flows
        self._flows = learned(before, read_call(occurrences, language, private), lesson, adds=learns)
        return self._flows != before

    # --- people -------------------------------------------------------------------------------------------------

    def take(self, data: object, secrets: Mapping[str, str]) -> tuple[str, ...]:
        """Import flows of plain data; returns their names. One of the same name is replaced.

        How well they have worked for somebody else counts nothing here. Raises FlowError.
        """
        new = tuple(_unproven(flow) for flow in load_flows(data, secrets))
        names = {flow.name.casefold() for flow in new}
        flows = (*(flow for flow in self._flows if flow.name.casefold() not in names), *new)
        if len(flows) > MOST_FLOWS:
            raise FlowError("flows", f"more than {MOST_FLOWS} in all")
        self._flows = flows
        return tuple(flow.name for flow in new)

    def shared(self, secrets: Mapping[str, str], name: str | None = None) -> dict[str, Any]:
        """All flows, or the one of that name, as plain data without anything private. Raises KeyError."""
        return dump_flows([self._named(name)] if name is not None else self._flows, secrets)

    def forget(self, name: str) -> None:
        """Delete a flow. Raises KeyError."""
        gone = self._named(name)
        self._flows = tuple(flow for flow in self._flows if flow is not gone)

    def _named(self, name: str) -> CallFlow:
        for flow in self._flows:
            if flow.name.casefold() == name.strip().casefold():
                return flow
        raise KeyError(name)


def _name_of(brief: CallBrief, tags: Sequence[str]) -> str:
    """What a flow of this call is called: one line that can be written into a file, with room for a variant's number."""
    shown = (text.translate(_BRACES) for text in (brief.company.strip() or brief.number.value, *tags[:2]))
    name = "".join(char if char.isprintable() else " " for char in " ".join(shown))
    return " ".join(name.split())[: LONGEST_TEXT - 5].strip() or brief.number.value


def _unproven(flow: CallFlow) -> CallFlow:
    def cleared(step: FlowStep) -> FlowStep:
        return replace(step, successes=0, failures=0, last_success=None)

    return replace(
        flow,
        steps=tuple(map(cleared, flow.steps)),
        successes=0,
        failures=0,
        failures_in_row=0,
        last_success=None,
    )
