"""Flows in written form: there and back, every mistake with its place, nothing private in or out."""

from dataclasses import replace
from datetime import date
import json
from pathlib import Path
import re
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest
import yaml

from custom_components.hold_slayer.engine.ivr.flow_codec import (
    FlowError,
    dump_flows,
    dump_private,
    load_flows,
    load_json,
    load_private,
)
from custom_components.hold_slayer.engine.model.call_flow import (
    ANSWER,
    IN_OWN_WORDS,
    REPRESENTATIVE,
    CallFlow,
    Fallback,
    FlowStep,
    StepKind,
)

SECRETS = {
    "account_number": "4417302268",
    "name": "Margarethe Quillfeather",
    "birth_date": "1961-04-09",
    "address": "12 Juniper Crescent",
    "pin": "0471",
    "password": "zanzibar",
}


def document(*steps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    flow = {"name": "Acme billing", "number": "+1 555 0100", "language": "en", "steps": list(steps)} | fields
    return {"schema": 1, "flows": [flow]}


KEY = {"kind": "dtmf", "key": "2", "purpose": "billing", "expect": "For sales, press one. For billing, press two."}

words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=12)
counts = st.integers(0, 10_000)
days = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
names = st.text("abcdefghijk ÄÖüé,.-'", min_size=1, max_size=60).map(str.split).map(" ".join).filter(bool)
signatures = st.lists(words, max_size=60, unique=True).map(tuple)


@st.composite
def steps(draw: st.DrawFn) -> FlowStep:
    kind = draw(st.sampled_from(StepKind))
    value = ""
    if kind is StepKind.DTMF:
        value = draw(st.text("0123456789*#", min_size=1, max_size=4))
    elif kind is StepKind.FACT:
        value = draw(st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True))
    elif kind is StepKind.SAY:
        value = draw(names | st.sampled_from([IN_OWN_WORDS, ANSWER, REPRESENTATIVE]))
    return FlowStep(
        kind,
        value,
        draw(signatures),
        draw(signatures),
        draw(st.floats(0.1, 120.0)),
        draw(st.sampled_from(Fallback)),
        draw(counts),
        draw(counts),
        draw(days),
    )


flows = st.builds(
    CallFlow,
    name=names,
    number=st.from_regex(r"\+[1-9][0-9]{6,12}", fullmatch=True),
    language=st.sampled_from(["en", "de", "fr", "es", "nl", "it"]),
    goal=st.lists(st.from_regex(r"[a-z][a-z_]{0,10}", fullmatch=True), max_size=4, unique=True).map(
        lambda tags: tuple(sorted(tags))
    ),
    steps=st.lists(steps(), min_size=1, max_size=6).map(tuple),
    version=counts,
    successes=counts,
    failures=counts,
    failures_in_row=counts,
    last_success=days,
    goal_words=signatures,
)


@settings(max_examples=60, deadline=None)
@given(flows)
def test_there_and_back_as_data_json_and_yaml(flow: CallFlow) -> None:
    shared = replace(flow, goal=flow.goal or (("unnamed",) if flow.goal_words else ()), goal_words=())
    data = dump_flows([flow])
    assert load_flows(data) == (shared,)
    assert load_json(json.dumps(data)) == (shared,)
    assert load_flows(yaml.safe_load(yaml.safe_dump(data))) == (shared,)
    assert load_private(json.loads(json.dumps(dump_private([flow])))) == (flow,)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(junk)
def test_garbage_is_a_flow_error_and_nothing_else(data: object) -> None:
    for load in (load_flows, load_private):
        with pytest.raises(FlowError):
            load(data)


@settings(max_examples=150, deadline=None)
@given(st.text())
def test_garbage_text_is_a_flow_error(text: str) -> None:
    with pytest.raises(FlowError):
        load_json(text)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["name", "number", "language", "goal", "steps", "version", "successes", "last_success", "more"]),
    st.sampled_from(["kind", "key", "expect", "purpose", "timeout_s", "fallback", "successes", "last_success", "x"]),
    junk,
)
def test_garbage_in_one_field_is_a_flow_error_or_harmless(field: str, step_field: str, value: object) -> None:
    for data in (document(KEY, **{field: value}), document({**KEY, step_field: value})):
        error = ""
        try:
            flows = load_flows(data)
        except FlowError as err:
            error = err.path
        assert error.startswith("flows[0]") or load_flows(dump_flows(flows)) == flows


def test_a_text_stands_for_its_key_words() -> None:
    (flow,) = load_flows(document(KEY))
    assert flow.number == "+15550100"
    assert flow.steps == (FlowStep(StepKind.DTMF, "2", ("sales", "press", "billing"), ("billing",)),)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"flows": []}, "schema: must be 1"),
        ({"schema": True, "flows": []}, "schema: must be 1"),
        ({"schema": 2, "flows": []}, "schema: must be 1"),
        ({"schema": 1}, "flows: must be a list"),
        ({"schema": 1, "flows": [], "extra": 1}, "extra: is not known here"),
        ({"schema": 1, "flows": [], "4417302268": 1}, "?: is not known here"),
        ([], "must be fields with their values"),
        (document(), "flows[0].steps: one to 40 steps"),
        (document(*[KEY] * 41), "flows[0].steps: one to 40 steps"),
        (document(KEY, language="xx"), "flows[0].language: must be one of en, de, fr, es, nl, it"),
        (document(KEY, number=5550100), "flows[0].number: must be a number or a SIP address in quotes"),
        (document(KEY, name="  "), "flows[0].name: must be a text of at most 80 characters"),
        (document(KEY, goal_words=["bill"]), "flows[0].goal_words: is not known here"),
        (document(KEY, {**KEY, "key": 2}), "flows[0].steps[1].key: must be keys 0-9, * and # in quotes"),
        (document(KEY, KEY, {**KEY, "key": "44173"}), "flows[0].steps[2].key: more than 4 keys look like an account"),
        (document({**KEY, "kind": "press"}), "flows[0].steps[0].kind: must be one of dtmf, say, fact, listen"),
        (document({**KEY, "say": "billing"}), "flows[0].steps[0].say: is not known here"),
        (document({"kind": "fact", "fact": "4417302268"}), "flows[0].steps[0].fact: must be the name of a fact"),
        (document({"kind": "fact", "fact": "pin", "value": "0471"}), "flows[0].steps[0].value: is not known here"),
        (document({"kind": "say", "say": "{pin}"}), "flows[0].steps[0].say: braces are for"),
        (document({"kind": "say", "say": "my number is 44 17 30"}), "flows[0].steps[0].say: holds a long number"),
        (document({"kind": "wait", "timeout_s": 0}), "flows[0].steps[0].timeout_s: must be seconds"),
        (document({"kind": "wait", "timeout_s": float("nan")}), "flows[0].steps[0].timeout_s: must be seconds"),
        (document({**KEY, "expect": ["Sales"]}), "flows[0].steps[0].expect[0]: must be one word"),
        (document({**KEY, "expect": "x" * 5000}), "flows[0].steps[0].expect: is too long"),
        (document({**KEY, "successes": -1}), "flows[0].steps[0].successes: must be a whole number"),
        (document({**KEY, "last_success": "today"}), "flows[0].steps[0].last_success: must be a day"),
        (document({**KEY, "fallback": "redial"}), "flows[0].steps[0].fallback: must be one of explore, representative"),
        (
            {"schema": 1, "flows": [*document(KEY)["flows"], *document(KEY, name="ACME billing")["flows"]]},
            "flows[1].name: stands there twice",
        ),
    ],
)
def test_every_mistake_is_told_with_its_place(data: object, error: str) -> None:
    with pytest.raises(FlowError) as raised:
        load_flows(data)
    assert str(raised.value).startswith(error)


@pytest.mark.parametrize(
    ("step", "place"),
    [
        ({"kind": "dtmf", "key": "0471", "expect": "Enter your pin 0471 now"}, "expect"),
        ({"kind": "dtmf", "key": "1", "expect": "Hello Margarethe, for billing press one"}, "expect"),
        ({"kind": "dtmf", "key": "1", "expect": ["hello", "quillfeather", "billing"]}, "expect"),
        (
            {"kind": "dtmf", "key": "1", "expect": "Your account four four one seven three zero two two six eight"},
            "expect",
        ),
        ({"kind": "dtmf", "key": "1", "purpose": "juniper crescent"}, "purpose"),
        ({"kind": "say", "say": "Zanzibar"}, "say"),
        ({"kind": "say", "say": "9 April 1961"}, "say"),
    ],
)
def test_import_refuses_what_is_in_the_vault(step: dict[str, Any], place: str) -> None:
    with pytest.raises(FlowError) as raised:
        load_flows(document(step), SECRETS)
    assert raised.value.path == f"flows[0].steps[0].{place}"
    assert "private fact" in str(raised.value) or "long number" in str(raised.value)
    assert not any(part.casefold() in str(raised.value).casefold() for part in ("quillfeather", "4417", "zanzibar"))


def test_nothing_of_the_vault_is_shared() -> None:
    """However it came into a flow: as a word of a prompt, of a name, or as something said."""
    steps = (
        FlowStep(StepKind.DTMF, "1", ("hello", "margarethe", "quillfeather", "billing"), ("zanzibar", "billing")),
        FlowStep(StepKind.SAY, "Juniper Crescent", ("which", "street", "juniper")),
        FlowStep(StepKind.SAY, "April 9 1961", ("birthday",)),
        FlowStep(StepKind.FACT, "account_number", ("account", "number")),
    )
    flow = CallFlow("Quillfeather 4417302268", "+15550100", "en", ("billing",), steps, goal_words=("margarethe",))
    text = json.dumps(dump_flows([flow], SECRETS)).casefold()
    for part in ("4417", "margarethe", "quillfeather", "1961", "april", "juniper", "crescent", "0471", "zanzibar"):
        assert part not in text
    (shared,) = load_flows(json.loads(text), SECRETS)
    assert shared.steps[0].expect == ("hello", "billing")
    assert [step.value for step in shared.steps] == ["1", IN_OWN_WORDS, IN_OWN_WORDS, "account_number"]


def test_the_file_in_the_documentation_is_one() -> None:
    page = (Path(__file__).parents[3] / "docs/flows.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(schema: .*?)```", page, re.DOTALL)
    (flow,) = load_flows(yaml.safe_load(text), SECRETS)
    assert [step.kind for step in flow.steps] == ["dtmf", "fact", "say", "hold", "transfer"]
    assert flow.steps[0].purpose == ("accounts", "billing")
