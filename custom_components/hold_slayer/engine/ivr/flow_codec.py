"""Flows in written form: plain data for JSON and YAML, with a schema version; every mistake is told with its place.

    schema: 1
    flows:
      - name: Acme Bank, billing
        number: "+15550100"
        language: en
        goal: [billing]
        steps:
          - {kind: dtmf, key: "2", purpose: billing, expect: For sales press one. For billing press two.}

``expect`` and ``purpose`` are lists of key words, or a text whose key words are meant. Nothing private is taken or given: a fact
stands by its name, a key is never long enough for an account number, and words of known facts are refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
import json
import re
from typing import Any, Final

from ..model.call_flow import (
    ANSWER,
    IN_OWN_WORDS,
    REPRESENTATIVE,
    SCHEMA,
    CallFlow,
    Fallback,
    FlowStep,
    StepKind,
)
from ..model.phone_number import DialTarget, InvalidTargetError
from .flow import MOST_WORDS, private_words, signature
from .masking import Mask
from .words import LANGUAGES, plain, words_of

MOST_FLOWS: Final = 200
MOST_STEPS: Final = 40
MOST_KEYS: Final = 4
"""Longer entries look like account numbers: they are facts."""
LONGEST_TEXT: Final = 80
UNNAMED: Final = "unnamed"
"""Stands for a goal that has no tags in a flow that is shared: nobody's goal until somebody writes tags in its place."""
_MOST_COUNT: Final = 10_000_000
_LONGEST_WAIT_S: Final = 120.0
_VALUE_FIELD: Final = {StepKind.DTMF: "key", StepKind.SAY: "say", StepKind.FACT: "fact"}
_COUNTS: Final = ("successes", "failures")
_FLOW_FIELDS: Final = frozenset(
    {
        "name",
        "number",
        "language",
        "goal",
        "steps",
        "version",
        "failures_in_row",
        "last_success",
        "takes_early_keys",
        *_COUNTS,
    }
)
_STEP_FIELDS: Final = frozenset({"kind", "expect", "purpose", "timeout_s", "fallback", "last_success", *_COUNTS})
_TAG = re.compile(r"[a-z][a-z0-9_]{0,39}")
FACT_NAME: Final = re.compile(r"(?=[0-9_]*[a-z])[a-z0-9_]{1,80}")
"""With a letter in it, so that no number passes for a name."""
_KEYS = re.compile(r"[0-9*#]+")
_LONG_NUMBER = re.compile(r"\d(?:[ .,/-]?\d){4,}")


class FlowError(ValueError):
    """A written flow is wrong; the text begins with the place: ``flows[0].steps[2].key: …``. It never quotes a value."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}" if path else problem)
        self.path = path
        self.problem = problem


# --- out ------------------------------------------------------------------------------------------------------------


def dump_flows(flows: Sequence[CallFlow], secrets: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Flows for sharing: without the words of their goals, and without anything of ``secrets`` (facts by name)."""
    shared: list[CallFlow] = []
    for flow in flows:
        bare = without_secrets(flow, secrets or {})
        shared.append(replace(bare, name=unused_name(bare.name, shared)))
    return {"schema": SCHEMA, "flows": [_flow_data(flow) for flow in shared]}


def unused_name(name: str, flows: Sequence[CallFlow]) -> str:
    """The name, with a number behind it if one of the flows has it already."""
    taken = {flow.name.casefold() for flow in flows}
    unused, number = name, 1
    while unused.casefold() in taken:
        number += 1
        unused = f"{name} {number}"
    return unused


def dump_private(flows: Sequence[CallFlow]) -> dict[str, Any]:
    """Flows for the user's own storage: everything."""
    return {
        "schema": SCHEMA,
        "flows": [{**_flow_data(flow), "goal_words": list(flow.goal_words)} for flow in flows],
    }


def without_secrets(flow: CallFlow, secrets: Mapping[str, str]) -> CallFlow:
    """The flow without words that stand in ``secrets`` (facts by name), whatever it was learned from."""
    private = private_words(secrets.values())
    mask = Mask(secrets, flow.language)

    def cleaned(words: tuple[str, ...]) -> tuple[str, ...]:
        kept = tuple(word for word in words if word not in private and mask(word) == word)
        return kept if mask(" ".join(kept)) == " ".join(kept) else ()

    def is_open(text: str) -> bool:
        return mask(text) == text and not private & set(plain(text).split())

    steps = tuple(
        replace(
            step,
            value=IN_OWN_WORDS if step.kind is StepKind.SAY and not is_open(step.value) else step.value,
            expect=cleaned(step.expect),
            purpose=cleaned(step.purpose),
        )
        for step in flow.steps
    )
    open_name = _LONG_NUMBER.sub(" ", re.sub(r"\{\w+\}", " ", mask(flow.name)))
    name = " ".join(word for word in open_name.split() if plain(word).strip(".,;:") not in private)
    # Without the words of its goal it must not seem to be for any.
    goal = flow.goal or ((UNNAMED,) if flow.goal_words else ())
    return replace(flow, name=name or "flow", goal=goal, steps=steps, goal_words=())


def _flow_data(flow: CallFlow) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": flow.name,
        "number": flow.number,
        "language": flow.language,
        "goal": list(flow.goal),
        "version": flow.version,
        "successes": flow.successes,
        "failures": flow.failures,
        "failures_in_row": flow.failures_in_row,
        "takes_early_keys": flow.takes_early_keys,
    }
    if flow.last_success is not None:
        data["last_success"] = flow.last_success.isoformat()
    data["steps"] = [_step_data(step) for step in flow.steps]
    return data


def _step_data(step: FlowStep) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": step.kind.value}
    if step.kind in _VALUE_FIELD:
        data[_VALUE_FIELD[step.kind]] = step.value
    if step.purpose:
        data["purpose"] = list(step.purpose)
    data |= {
        "expect": list(step.expect),
        "timeout_s": step.timeout_s,
        "fallback": step.fallback.value,
        "successes": step.successes,
        "failures": step.failures,
    }
    if step.last_success is not None:
        data["last_success"] = step.last_success.isoformat()
    return data


# --- in -------------------------------------------------------------------------------------------------------------


def load_json(text: str, secrets: Mapping[str, str] | None = None) -> tuple[CallFlow, ...]:
    """Flows of a JSON text. Raises FlowError."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as err:
        raise FlowError("", "this is no JSON") from err
    return load_flows(data, secrets)


def load_flows(data: object, secrets: Mapping[str, str] | None = None) -> tuple[CallFlow, ...]:
    """Flows of plain data, which hold nothing of ``secrets`` (facts by name). Raises FlowError."""
    return _document(data, _Reader(secrets or {}))


def load_private(data: object) -> tuple[CallFlow, ...]:
    """Flows of the user's own storage, written by `dump_private`. Raises FlowError."""
    return _document(data, _Reader({}, is_private=True))


def _document(data: object, reader: _Reader) -> tuple[CallFlow, ...]:
    root = _mapping(data, "")
    if type(root.get("schema")) is not int or root["schema"] != SCHEMA:
        raise FlowError("schema", f"must be {SCHEMA}")
    _known(root, frozenset({"schema", "flows"}), "")
    items = _sequence(root.get("flows"), "flows")
    if len(items) > MOST_FLOWS:
        raise FlowError("flows", f"at most {MOST_FLOWS}")
    flows = tuple(reader.flow(item, f"flows[{index}]") for index, item in enumerate(items))
    seen: set[str] = set()
    for index, flow in enumerate(flows):
        if flow.name.casefold() in seen:
            raise FlowError(f"flows[{index}].name", "stands there twice")
        seen.add(flow.name.casefold())
    return flows


class _Reader:
    """Checks one document."""

    def __init__(self, secrets: Mapping[str, str], *, is_private: bool = False) -> None:
        self._secrets = secrets
        self._private = private_words(secrets.values())
        self._is_private = is_private

    def flow(self, data: object, path: str) -> CallFlow:
        fields = _mapping(data, path)
        _known(fields, _FLOW_FIELDS | ({"goal_words"} if self._is_private else set()), path)
        language = fields.get("language")
        if language not in LANGUAGES:
            raise FlowError(f"{path}.language", f"must be one of {', '.join(LANGUAGES)}")
        mask = Mask(self._secrets, str(language))
        name = self._text(fields.get("name"), f"{path}.name", mask)
        steps = _sequence(fields.get("steps"), f"{path}.steps")
        if not 0 < len(steps) <= MOST_STEPS:
            raise FlowError(f"{path}.steps", f"one to {MOST_STEPS} steps")
        return CallFlow(
            name=name,
            number=self._number(fields.get("number"), f"{path}.number", mask),
            language=str(language),
            goal=_tags(fields.get("goal", []), f"{path}.goal"),
            steps=tuple(
                self._step(step, f"{path}.steps[{index}]", str(language), mask) for index, step in enumerate(steps)
            ),
            version=_count(fields.get("version", 1), f"{path}.version"),
            successes=_count(fields.get("successes", 0), f"{path}.successes"),
            failures=_count(fields.get("failures", 0), f"{path}.failures"),
            failures_in_row=_count(fields.get("failures_in_row", 0), f"{path}.failures_in_row"),
            last_success=_day(fields.get("last_success"), f"{path}.last_success"),
            takes_early_keys=_truth(fields.get("takes_early_keys", True), f"{path}.takes_early_keys"),
            goal_words=_words(fields.get("goal_words", []), f"{path}.goal_words"),
        )

    def _step(self, data: object, path: str, language: str, mask: Mask) -> FlowStep:
        fields = _mapping(data, path)
        kind = _choice(StepKind, fields.get("kind"), f"{path}.kind")
        value_field = _VALUE_FIELD.get(kind)
        _known(fields, _STEP_FIELDS | ({value_field} if value_field else set()), path)
        value = ""
        if value_field:
            value = self._value(kind, fields.get(value_field), f"{path}.{value_field}", mask)
        return FlowStep(
            kind=kind,
            value=value,
            expect=self._signature(fields.get("expect", []), f"{path}.expect", language, mask),
            purpose=self._signature(fields.get("purpose", []), f"{path}.purpose", language, mask),
            timeout_s=_seconds(fields.get("timeout_s", 8.0), f"{path}.timeout_s"),
            fallback=_choice(Fallback, fields.get("fallback", "explore"), f"{path}.fallback"),
            successes=_count(fields.get("successes", 0), f"{path}.successes"),
            failures=_count(fields.get("failures", 0), f"{path}.failures"),
            last_success=_day(fields.get("last_success"), f"{path}.last_success"),
        )

    def _value(self, kind: StepKind, value: object, path: str, mask: Mask) -> str:
        match kind:
            case StepKind.DTMF:
                if not isinstance(value, str) or not _KEYS.fullmatch(value) or not value.isascii():
                    raise FlowError(path, "must be keys 0-9, * and # in quotes")
                if len(value) > MOST_KEYS:
                    raise FlowError(path, f"more than {MOST_KEYS} keys look like an account number: use a fact")
                return value
            case StepKind.FACT:
                if not isinstance(value, str) or not FACT_NAME.fullmatch(value):
                    raise FlowError(path, "must be the name of a fact, in small letters, digits and _")
                return value
            case _:
                if value in (IN_OWN_WORDS, ANSWER, REPRESENTATIVE):
                    return str(value)
                return self._text(value, path, mask)

    def _text(self, value: object, path: str, mask: Mask) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
            raise FlowError(path, f"must be a text of at most {LONGEST_TEXT} characters")
        if not value.isprintable():
            raise FlowError(path, "must have no control characters")
        if "{" in value or "}" in value:
            raise FlowError(path, f"braces are for {IN_OWN_WORDS}, {ANSWER} and {REPRESENTATIVE} only")
        self._refuse_secrets(value, path, mask)
        return " ".join(value.split())

    def _number(self, value: object, path: str, mask: Mask) -> str:
        if not isinstance(value, str):
            raise FlowError(path, "must be a number or a SIP address in quotes")
        try:
            number = DialTarget.parse(value).value
        except InvalidTargetError as err:
            raise FlowError(path, "must be a number or a SIP address in quotes") from err
        if mask(number) != number:
            raise FlowError(path, "holds a private fact")
        return number

    def _signature(self, value: object, path: str, language: str, mask: Mask) -> tuple[str, ...]:
        """Key words in a list as they are, or those of a text."""
        if not isinstance(value, str):
            words = _words(value, path)
            self._refuse_secrets(" ".join(words), path, mask)
            return words
        if len(value) > 40 * LONGEST_TEXT:
            raise FlowError(path, "is too long")
        self._refuse_secrets(value, path, mask)
        return signature([value], words_of(language))

    def _refuse_secrets(self, text: str, path: str, mask: Mask) -> None:
        if self._is_private:
            return
        if _LONG_NUMBER.search(text):
            raise FlowError(path, "holds a long number: private numbers are facts, by name")
        if mask(text) != text or self._private & set(re.findall(r"[^\W\d_]+", plain(text))):
            raise FlowError(path, "holds words of a private fact")


def _mapping(data: object, path: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        raise FlowError(path, "must be fields with their values")
    return data


def _sequence(data: object, path: str) -> Sequence[Any]:
    if not isinstance(data, list | tuple):
        raise FlowError(path, "must be a list")
    return data


def _known(fields: Mapping[str, Any], known: frozenset[str], path: str) -> None:
    if unknown := sorted(set(fields) - known):
        # A name that nobody knows may be anything: only what looks like a field's is repeated.
        name = unknown[0] if _TAG.fullmatch(unknown[0]) and not re.search(r"\d{3}", unknown[0]) else "?"
        raise FlowError(f"{path}.{name}" if path else name, "is not known here")


def _choice[T: (StepKind, Fallback)](kind: type[T], value: object, path: str) -> T:
    names = [each.value for each in kind]
    if not isinstance(value, str) or value not in names:
        raise FlowError(path, f"must be one of {', '.join(names)}")
    return kind(value)


def _tags(data: object, path: str) -> tuple[str, ...]:
    tags = _sequence(data, path)
    if len(tags) > MOST_STEPS:
        raise FlowError(path, f"at most {MOST_STEPS}")
    for index, tag in enumerate(tags):
        if not isinstance(tag, str) or not _TAG.fullmatch(tag):
            raise FlowError(f"{path}[{index}]", "must be a tag in small letters, digits and _")
    return tuple(sorted(set(tags)))


def _words(data: object, path: str) -> tuple[str, ...]:
    words = _sequence(data, path)
    if len(words) > MOST_WORDS:
        raise FlowError(path, f"at most {MOST_WORDS} words")
    for index, word in enumerate(words):
        if not isinstance(word, str) or plain(word) != word or not word.isalpha() or len(word) > LONGEST_TEXT:
            raise FlowError(f"{path}[{index}]", "must be one word in small letters without accents and digits")
    return tuple(dict.fromkeys(words))


def _count(value: object, path: str) -> int:
    if type(value) is not int or not 0 <= value <= _MOST_COUNT:
        raise FlowError(path, "must be a whole number, 0 or more")
    return value


def _truth(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise FlowError(path, "must be true or false")
    return value


def _seconds(value: object, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _LONGEST_WAIT_S:
        raise FlowError(path, f"must be seconds, more than 0 and at most {_LONGEST_WAIT_S:.0f}")
    return float(value)


def _day(value: object, path: str) -> date | None:
    if value is None:
        return None
    if type(value) is date:
        return value
    try:
        if isinstance(value, str):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise FlowError(path, "must be a day like 2026-11-24")
