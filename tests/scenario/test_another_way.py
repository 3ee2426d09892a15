"""After a dead end: the one more call turns off where another option is left, by the real navigator and in virtual time."""

from dataclasses import dataclass, replace

import pytest

from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.detour import Detour
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from tests.fakes.virtual_call import CELL, CallKit, brief

MAIN = "Welcome to Larkfield Energy. For bills and payments, press 1. For technical help, press 2. For anything else, press 3."
BILLS = "For your last payment, press 1. For anything else about payments, press 2."
SERVED = "Help with bills is only available online. Goodbye."
QUEUE = "All our colleagues are busy. Please stay on the line."


@dataclass
class Company:
    """A line that says what its tree says, 1 s after each key, and again after 15 s; an empty text hangs up."""

    tree: dict[str, str]
    speaks_s: float = 6.0

    def call(self, mission: CallBrief) -> CallKit:
        kit = CallKit(mission)
        kit.navigator = Navigator(mission)  # type: ignore[assignment]
        kit.start()
        path, now, seen = "", 4.0, 0
        said_at = self._speak(kit, path, now + 1.0)
        while kit.brain.phase is not Phase.ENDED and now < 400.0:
            now += 1.0
            kit.run(now)
            pressed = [each.digits for each in kit.unclaimed if isinstance(each, act.SendDigitsAction)]
            if len(pressed) > seen:
                path += "".join(pressed[seen:])
                seen = len(pressed)
                said_at = self._speak(kit, path, now + 1.0)
            elif now >= said_at + 15.0:
                said_at = self._speak(kit, path, now)
            if kit.brain.phase is Phase.ON_HOLD:
                break
        self.path = path
        return kit

    def _speak(self, kit: CallKit, path: str, at: float) -> float:
        text = self.tree.get(path, "")
        if text:
            kit.says(at, text, lasts=self.speaks_s)
        else:
            kit.far_hangs_up(at)
        return at + self.speaks_s


def mission(**changes: object) -> CallBrief:
    return brief(CELL, goal="There is a payment on my bill that I do not know.", **changes)


def one_more(company: Company, first: CallKit) -> CallKit:
    assert first.brain.detour is not None
    return company.call(mission(detour=first.brain.detour))


def test_self_service_the_second_call_takes_the_other_option() -> None:
    company = Company({"": MAIN, "1": SERVED, "2": QUEUE, "3": QUEUE})
    first = company.call(mission())
    assert (company.path, first.brain.outcome) == ("1", Outcome.SELF_SERVICE)
    second = one_more(company, first)
    assert company.path == "3"
    assert second.brain.phase is Phase.ON_HOLD
    started = next(data for _, kind, data in second.story if kind == "started")
    assert started["again"] is True


def test_hung_up_on_by_the_menu() -> None:
    company = Company({"": MAIN, "1": "", "3": QUEUE})
    first = company.call(mission())
    assert (company.path, first.brain.outcome) == ("1", Outcome.REMOTE_HUNG_UP)
    one_more(company, first)
    assert company.path == "3"


def test_the_fork_nearest_to_the_dead_end_where_something_else_fits() -> None:
    company = Company({"": MAIN, "1": BILLS, "11": SERVED, "12": QUEUE, "3": QUEUE})
    first = company.call(mission())
    assert (company.path, first.brain.outcome) == ("11", Outcome.SELF_SERVICE)
    one_more(company, first)
    assert company.path == "12"


def test_a_menu_in_a_circle() -> None:
    loop = "For the weather, press 1. For sports results, press 2."
    company = Company({"": MAIN, "3": QUEUE} | {"1" + keys: loop for keys in ("", *_keys(7))})
    first = company.call(mission())
    assert first.brain.outcome in (Outcome.NO_ROUTE, Outcome.REMOTE_HUNG_UP)
    assert company.path.startswith("1")
    one_more(company, first)
    assert company.path == "3"


def _keys(most: int) -> list[str]:
    """All paths of the keys 1, 2 and 0 up to a length."""
    found, last = [], [""]
    for _ in range(most):
        last = [path + key for path in last for key in "120"]
        found += last
    return found


def test_once_only() -> None:
    company = Company({"": MAIN, "1": SERVED, "2": SERVED, "3": SERVED})
    second = one_more(company, company.call(mission()))
    assert second.brain.outcome is Outcome.SELF_SERVICE
    assert second.brain.detour is None


@pytest.mark.parametrize(
    "tree",
    [
        {"": "For bills and payments, press 1. To go back, press 9.", "1": SERVED},
        {"": SERVED},
        {"": "We are closed. We open on Monday at nine."},
        {"": "For bills, press 1. To hear this again, press 8.", "1": ""},
    ],
)
def test_nothing_else_to_try_or_no_dead_end_of_a_menu(tree: dict[str, str]) -> None:
    first = Company(tree).call(mission())
    assert first.brain.phase is Phase.ENDED
    assert first.brain.detour is None


def test_ended_by_the_user() -> None:
    kit = CallKit(mission())
    kit.navigator = Navigator(mission())  # type: ignore[assignment]
    kit.start()
    kit.says(5.0, MAIN, lasts=6.0)
    kit.at(20.0, ev.HangUpRequestedEvent())
    kit.run()
    assert kit.brain.outcome is Outcome.HUNG_UP
    assert kit.brain.detour is None


def test_a_queue_that_hangs_up_is_no_dead_end_of_a_menu() -> None:
    company = Company({"": MAIN, "1": QUEUE})
    kit = company.call(mission())
    kit.far_hangs_up(kit.now + 60.0)
    kit.run()
    assert kit.brain.outcome is Outcome.REMOTE_HUNG_UP
    assert kit.brain.detour is None


def test_what_the_user_refuses_is_no_other_way() -> None:
    text = "For bills and payments, press 1. To have us call you back, press 2."
    first = Company({"": text, "1": ""}).call(mission())
    assert first.brain.detour is None


def test_facts_stand_in_it_as_placeholders_only() -> None:
    asked = "Please enter your account number, followed by pound."
    wanted = replace(mission(), facts={"account_number": "55512345"})
    company = Company({"": MAIN, "1": asked, "155512345#": ""})
    first = company.call(wanted)
    assert isinstance(first.brain.detour, Detour)
    assert "55512345" not in repr([(sorted(each.prompt), each.action) for each in first.brain.detour.spent])
