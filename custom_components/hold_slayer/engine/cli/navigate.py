"""``hold-slayer navigate``: the navigator without a phone, driven by lines of JSON or by a menu tree in a file."""

import argparse
import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
import itertools
import json
import os
from pathlib import Path
import sys
from typing import Any, TextIO

from ..ivr.decision import Decision, DecisionKind
from ..ivr.navigator import Navigator
from ..model.action import NavigatorQuestion
from ..model.call_brief import CallBrief, CallPolicy
from ..model.phone_number import DialTarget, InvalidTargetError
from ..ports import LanguageModel, ServiceError, ServiceRefusedError, ServiceTimeoutError
from .tree_player import TreeError, TreePlayer

_MODEL_TIMEOUT_S = 8.0
_MOST_ATTEMPTS = 2
_MAX_TURNS = 60
_REASONS = {"holiday": "closed", "queue_full": "closed"}
"""The protocol has one word for all of these."""


class InputError(Exception):
    """Bad input: one line on stderr, exit 2."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the sub-command."""
    parser = subparsers.add_parser("navigate", help="find the way through a menu in text")
    parser.add_argument(
        "tree", nargs="?", type=Path, metavar="TREE.json", help="play this menu tree and print the dialogue"
    )
    parser.add_argument("--stdio", action="store_true", help="one JSON object a line in, one decision a line out")
    parser.add_argument("--llm-url", default="", help="OpenAI-compatible endpoint, asked when the rules are unsure")
    parser.add_argument("--llm-model", default="")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when all input was understood (and, for a tree, the goal was reached), 1 when not reached, 2 on bad input."""
    try:
        model = _model(args)
        if args.stdio == (args.tree is not None):
            raise InputError("either --stdio or a tree file")
        if args.stdio:
            _serve(sys.stdin, sys.stdout, model)
            return 0
        return _play(args.tree, model)
    except (InputError, TreeError) as err:
        print(f"hold-slayer: {err}", file=sys.stderr)
        return 2


def _model(args: argparse.Namespace) -> LanguageModel | None:
    if not args.llm_url:
        return None
    if not args.llm_model:
        raise InputError("--llm-url needs --llm-model")
    from ..voice.openai_llm import OpenAiLanguageModel  # noqa: PLC0415 - slow to import, wanted only here

    return OpenAiLanguageModel(args.llm_url, os.environ.get("OPENAI_API_KEY", "none"), args.llm_model)


def _serve(source: TextIO, sink: TextIO, model: LanguageModel | None) -> None:
    driver: _Driver | None = None
    for message in _messages(source):
        if "brief" in message:
            driver = _Driver(brief_of(message["brief"]), model)
        elif "heard" in message:
            if driver is None:
                raise InputError("heard came before any brief")
            sink.write(json.dumps(as_message(driver.heard(_utterances(message["heard"]))), ensure_ascii=False) + "\n")
            sink.flush()
        else:
            raise InputError("expected a brief or heard")


def _messages(source: TextIO) -> Iterator[dict[str, Any]]:
    for number in itertools.count(1):
        try:
            line = source.readline()
            if not line:
                return
            message = json.loads(line) if line.strip() else {}
        except (ValueError, RecursionError) as err:
            # Bytes that are no text are a ValueError too.
            raise InputError(f"line {number} is no JSON") from err
        if not line.strip():
            continue
        if not isinstance(message, dict):
            raise InputError(f"line {number} is no object")
        yield message


def _utterances(value: object) -> Sequence[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError("heard must be a list of texts")
    return value


class _Driver:
    """A navigator together with the model it may ask."""

    def __init__(self, brief: CallBrief, model: LanguageModel | None) -> None:
        self._navigator = Navigator(brief, has_model=model is not None)
        self._model = model

    def heard(self, utterances: Sequence[str]) -> Decision:
        decision = self._navigator.heard(utterances)
        if decision.do is not DecisionKind.ASK_MODEL:
            return decision
        if self._model is None or decision.question is None:
            return self._navigator.advice_failed()
        answer = asyncio.run(self._advice(self._model, decision.question))
        return self._navigator.advised(answer) if answer is not None else self._navigator.advice_failed()

    async def _advice(self, model: LanguageModel, question: NavigatorQuestion) -> Mapping[str, object] | None:
        """As in a call: a second attempt within the same deadline, where the first came to nothing."""
        answer: Mapping[str, object] | None = None
        with suppress(TimeoutError):
            async with asyncio.timeout(_MODEL_TIMEOUT_S):
                for _ in range(_MOST_ATTEMPTS):
                    try:
                        answer = await model.decide(question)
                    except ServiceRefusedError, ServiceTimeoutError:
                        return None
                    except ServiceError:
                        continue
                    if not (objection := self._navigator.objection(answer)):
                        break
                    question = replace(question, objection=objection)
        return answer


def brief_of(data: object) -> CallBrief:
    """A brief of plain data: language, locale, company, number, goal, facts, policy. Raises InputError."""
    if not isinstance(data, dict) or not isinstance(data.get("goal"), str):
        raise InputError("a brief needs a goal")
    facts, policy = data.get("facts") or {}, data.get("policy") or {}
    if not isinstance(facts, dict) or not isinstance(policy, dict):
        raise InputError("facts and policy must be objects")
    if not all(isinstance(value, bool) for value in policy.values()):
        # "false" is a true text.
        raise InputError("permissions are true or false")
    if not all(isinstance(value, str | int | float) for value in facts.values()):
        raise InputError("facts are texts or numbers")
    language = str(data.get("language") or data.get("locale") or "en")
    try:
        number = DialTarget.parse(str(data.get("number") or "0"))
    except InvalidTargetError as err:
        raise InputError(f"number: {err}") from err
    known = {
        name: bool(policy[f"accept_{name}"])
        for name in ("callback", "recording", "voicemail")
        if f"accept_{name}" in policy
    }
    other = {key.removeprefix("accept_"): bool(value) for key, value in policy.items()}
    return CallBrief(
        number=number,
        goal=data["goal"],
        company=str(data.get("company") or ""),
        language=language.partition("-")[0].lower(),
        locale=str(data.get("locale") or ""),
        facts={str(name): str(value) for name, value in facts.items()},
        policy=CallPolicy(**{f"accept_{name}": value for name, value in known.items()}, accept_other=other),
    )


def as_message(decision: Decision) -> dict[str, Any]:
    """A decision in the words of the protocol."""
    match decision.do:
        case DecisionKind.PRESS | DecisionKind.SAY:
            return {"do": decision.do.value, "value": decision.value}
        case DecisionKind.WAIT:
            return {"do": "wait", "seconds": decision.seconds or 10}
        case DecisionKind.GIVE_UP:
            return {"do": "give_up", "reason": _REASONS.get(decision.reason, decision.reason), "note": decision.note}
        case _:
            return {"do": "listen"}


def _play(path: Path, model: LanguageModel | None) -> int:
    """Play a tree and print who said what."""
    player = TreePlayer.load(path)
    driver = _Driver(brief_of(player.brief), model)
    for _ in range(_MAX_TURNS):
        heard = player.hear()
        for text in heard:
            print(f"line:  {text}")
        if player.is_over:
            break
        decision = driver.heard(heard)
        shown = decision.shown or (f"{decision.seconds:.0f} s" if decision.do is DecisionKind.WAIT else "")
        print(f"agent: {decision.do.value} {shown}  ({decision.reason})")
        player.act(decision.do.value, decision.value, decision.seconds)
        if decision.do is DecisionKind.GIVE_UP:
            break
    print(f"result: {player.result}")
    return 0 if player.is_success else 1
