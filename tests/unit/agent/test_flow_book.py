"""Whatever a call holds, what is learned of it can be kept, read again, and shared without what is private."""

from datetime import date
import json

from hypothesis import given, settings, strategies as st

from custom_components.hold_slayer.engine.agent import FlowBook
from custom_components.hold_slayer.engine.ivr.flow_codec import load_flows
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence
from custom_components.hold_slayer.engine.model.phone_number import DialTarget

DAY = date(2026, 11, 24)
SECRETS = {"account_number": "4417302268", "name": "Quillfeather", "2fa": "zanzibar"}
texts = st.text(max_size=60) | st.sampled_from(
    [
        "For billing, press 2. For sales, press 1.",
        "Mrs Quillfeather, your number is 4417302268, press 3 for zanzibar",
        "Please say yes or no",
        "Sí, señora: ¿ﬁnanzas ϒ ªº Ǆ 数字? Oprima 1",
        " ".join(f"word{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(90)),
    ]
)
keys = st.text("0123456789*#{}ABa_", max_size=6) | st.sampled_from(
    ["1", "2", "{2fa}#", "{Größe}", "{a b}", "{}", "²", "٣"]
)
lines = st.tuples(
    st.just("prompt_heard"), st.fixed_dictionaries({"text": texts}, optional={"goes_on": st.just(value=True)})
) | (
    st.tuples(
        st.just("key_pressed"),
        st.fixed_dictionaries({"digits": keys, "reason": st.just("model")}, optional={"early": st.just(value=True)}),
    )
    | st.tuples(
        st.just("said"),
        st.fixed_dictionaries({"text": texts | keys, "reason": st.sampled_from(["model", "answer", "flow"])}),
    )
    | st.tuples(st.sampled_from(["hold_started", "candidate", "announcement_heard", "flow_drifted"]), st.just({}))
)
goals = st.text(min_size=1, max_size=80) | st.sampled_from(
    [
        "O'Brien's 4G bill, my internet's naïve",
        "a charge on my bill",
        " ".join(f"stem{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(90)),
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(lines, max_size=10), min_size=1, max_size=3),
    goals,
    st.text(max_size=100),
    st.sampled_from(["en", "de", "fr", "es", "nl", "it", "pt", "en-US"]),
    st.sampled_from(["+15550100", "sip:help@example.com", "*611"]),
)
def test_what_is_learned_can_be_kept_and_shared(
    calls: list[list[tuple[str, dict[str, object]]]], goal: str, company: str, language: str, number: str
) -> None:
    book = FlowBook()
    for told in calls:
        brief = book.equipped(CallBrief(DialTarget.parse(number), goal, company=company, language=language))
        book.watch("c", brief)
        ends: list[tuple[str, dict[str, object]]] = [("human_answered", {}), ("ended", {"outcome": "connected"})]
        for kind, data in [*told, *ends]:
            book.told(CallOccurrence("c", kind, 0.0, 0.0, data), SECRETS, DAY)  # type: ignore[arg-type]
    kept = json.dumps(book.private())
    assert FlowBook(json.loads(kept)).flows == book.flows
    shared = json.dumps(book.shared(SECRETS))
    for secret in ("4417", "quillfeather", "zanzibar"):
        assert secret not in shared.casefold() or secret in (company + goal).casefold()
    names = [flow.name for flow in load_flows(json.loads(shared))]
    assert len(names) == len(book.flows)


def test_a_lesson_was_learned_there() -> None:
    """The test above is not about empty books."""
    book = FlowBook()
    book.watch("c", CallBrief(DialTarget("+15550100"), "O'Brien's 4G bill", company="\x00{Acme}\n" + "x" * 100))
    for kind, data in (
        ("prompt_heard", {"text": "Für ﬁnanzas ϒ ªº, press 2"}),
        ("key_pressed", {"digits": "{2fa}#", "reason": "fact"}),
        ("human_answered", {}),
        ("ended", {"outcome": "connected"}),
    ):
        book.told(CallOccurrence("c", kind, 0.0, 0.0, data), SECRETS, DAY)  # type: ignore[arg-type]
    (flow,) = FlowBook(json.loads(json.dumps(book.private()))).flows
    assert flow.name.startswith("Acme")
    assert [step.value for step in flow.steps] == ["2fa", ""]
