"""When to register and what the answers mean, in virtual time."""

from itertools import pairwise

from aiosipua.message import SipResponse
import pytest

from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.errors import ForbiddenError, NoAnswerError, WrongPasswordError
from custom_components.hold_slayer.engine.sip.registration import Registration, RegistrationState

OWN = "sip:alice@192.0.2.5:5062"


def a_registration(**fields: object) -> Registration:
    account = TrunkAccount("alice", "secret", "trunk.example", **fields)  # type: ignore[arg-type]
    return Registration(account, jitter=lambda: 0.5)


def registered(*contacts: str, expires: str = "") -> SipResponse:
    response = SipResponse(status_code=200)
    for contact in contacts:
        response.add_header("Contact", contact)
    if expires:
        response.set_header("Expires", expires)
    return response


@pytest.mark.parametrize(
    ("response", "expires"),
    [
        (registered("<sip:old@192.0.2.9>;expires=3", f"<{OWN}>;expires=120"), 120),
        (registered(f"<{OWN};transport=udp>;q=0.5;expires=90", expires="3600"), 90),
        (registered("<sip:ALICE@192.0.2.5:5062>;expires=3", expires="200"), 200),
        (registered("<sip:alice@192.0.2.5>;expires=3", f"<{OWN}>"), 300),
        (registered(expires="60"), 60),
        (registered(), 300),
    ],
)
def test_only_our_own_binding_counts(response: SipResponse, expires: float) -> None:
    registration = a_registration()
    registration.request(OWN, 0.0)
    registration.succeeded(response, 100.0)
    assert registration.status.expires_at == 100 + expires
    due = registration.next_timer()
    assert due is not None
    assert expires * 0.7 < due - 100 <= expires - 5


@pytest.mark.parametrize("expires", [0, 1, 9])
def test_refreshes_are_never_a_storm(expires: int) -> None:
    registration = a_registration()
    registration.request(OWN, 0.0)
    registration.succeeded(registered(f"<{OWN}>;expires={expires}"), 0.0)
    assert registration.next_timer() == 10
    registration.hurry(1.0)
    assert registration.next_timer() == 10, "ten seconds after the last one at the earliest"


def test_failures_back_off_with_jitter_up_to_ten_minutes() -> None:
    registration = a_registration()
    delays = []
    for _ in range(9):
        registration.request(OWN, 0.0)
        registration.failed(None, 0.0)
        delays.append(registration.next_timer())
    assert delays == [15, 30, 60, 120, 240, 480, 600, 600, 600]
    assert isinstance(registration.status.error, NoAnswerError)
    registration.request(OWN, 0.0)
    registration.succeeded(registered(expires="60"), 0.0)
    registration.request(OWN, 0.0)
    registration.failed(None, 0.0)
    assert registration.next_timer() == 15, "a success starts anew"


@pytest.mark.parametrize(("status", "kind"), [(401, WrongPasswordError), (403, ForbiddenError)])
def test_a_refused_account_is_not_hammered(status: int, kind: type[Exception]) -> None:
    registration = a_registration()
    registration.request(OWN, 0.0)
    registration.failed(SipResponse(status_code=status), 0.0)
    assert isinstance(registration.status.error, kind)
    assert registration.next_timer() == 900
    registration.failed(SipResponse(status_code=404), 0.0)
    assert registration.next_timer() == 900


def test_retry_after_is_respected() -> None:
    registration = a_registration()
    registration.request(OWN, 0.0)
    response = SipResponse(status_code=503)
    response.set_header("Retry-After", "120 (maintenance);duration=3600")
    registration.failed(response, 0.0)
    assert registration.next_timer() == 120


def test_423_raises_the_interval_once() -> None:
    registration = a_registration(expires_s=60)
    registration.request(OWN, 0.0)
    brief = SipResponse(status_code=423)
    brief.set_header("Min-Expires", "1800")
    registration.failed(brief, 5.0)
    assert registration.next_timer() == 5.0
    assert registration.status.state is RegistrationState.REGISTERING
    assert registration.request(OWN, 5.0).get_header("Expires") == "1800"
    registration.failed(brief, 6.0)
    assert registration.status.state is RegistrationState.FAILED, "a registrar that is never content"
    assert (registration.next_timer() or 0) > 20


def test_423_without_an_interval_is_offered_longer_ones_up_to_an_hour() -> None:
    registration = a_registration()
    registration.request(OWN, 0.0)
    asked = []
    while registration.status.state is not RegistrationState.FAILED:
        registration.failed(SipResponse(status_code=423), 0.0)
        if registration.next_timer() == 0.0:
            asked.append(registration.request(OWN, 0.0).get_header("Expires"))
    assert asked == ["600", "1200", "2400", "3600"]
    assert registration.status.error is not None
    assert registration.status.error.key == "interval"


def test_a_registrar_that_always_wants_longer_is_not_followed_in_a_storm() -> None:
    registration = a_registration(expires_s=60)
    asked_at = []
    now, wanted = 0.0, 60
    while now < 60.0:
        registration.request(OWN, now)
        asked_at.append(now)
        wanted += 1
        brief = SipResponse(status_code=423)
        brief.set_header("Min-Expires", str(wanted))
        registration.failed(brief, now)
        now = registration.next_timer() or now
    assert 7 <= asked_at.count(0.0) <= 8
    assert len(asked_at) <= 32, "some bursts within a minute, each after a longer wait"
    assert registration.status.error is not None
    assert registration.status.error.key == "interval"


def test_registers_of_one_registration_belong_together() -> None:
    registration = a_registration(domain="example.org")
    first = registration.request(OWN, 0.0)
    registration.retried(first)
    registration.succeeded(registered(), 0.0)
    second = registration.request("sip:alice@192.0.2.6:5062", 0.0)
    removal = registration.removal()
    assert [r.get_header("CSeq") for r in (first, second, removal)] == ["2 REGISTER", "3 REGISTER", "4 REGISTER"]
    assert first.uri == "sip:example.org"
    assert len({r.get_header("Call-ID") for r in (first, second, removal)}) == 1
    assert second.get_header_values("Contact") == [f"<{OWN}>;expires=0", "<sip:alice@192.0.2.6:5062>;expires=300"]
    assert removal.get_header_values("Contact") == ["<sip:alice@192.0.2.6:5062>;expires=0"]


@pytest.mark.parametrize("jitter", [0.0, 0.5, 0.99])
def test_a_registrar_away_for_an_hour_is_asked_seldom_and_found_again(jitter: float) -> None:
    registration = Registration(TrunkAccount("alice", "secret", "trunk.example"), jitter=lambda: jitter)
    registration.request(OWN, 0.0)
    registration.succeeded(registered(f"<{OWN}>;expires=300"), 0.0)
    asked: list[float] = []
    while (due := registration.next_timer()) is not None and due < 4300:
        asked.append(due)
        registration.request(OWN, due)
        if due < 3600:
            registration.failed(None, due + 32)
        else:
            registration.succeeded(registered(f"<{OWN}>;expires=300"), due)
            break
    assert registration.status.state is RegistrationState.REGISTERED
    assert len(asked) <= 15, "no hammering"
    assert asked[-1] - 3600 <= 750 + 32, "at most one pause after it is back"
    gaps = [later - earlier for earlier, later in pairwise(asked)]
    assert all(gap >= 11 for gap in gaps)
