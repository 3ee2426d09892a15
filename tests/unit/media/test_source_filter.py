from custom_components.hold_slayer.engine.media.source_filter import SourceFilter

AGREED = ("192.0.2.1", 4000)
BEHIND_NAT = ("198.51.100.3", 61000)
STRANGER = ("203.0.113.9", 4000)


def test_nobody_before_anything_is_agreed() -> None:
    source = SourceFilter()
    assert not source.accepts(AGREED)
    assert source.source is None


def test_the_agreed_address_and_nobody_else() -> None:
    source = SourceFilter()
    source.agree(AGREED)
    assert source.source == AGREED
    assert source.accepts(AGREED)
    assert not source.accepts(STRANGER)
    assert not source.accepts((AGREED[0], 4002))
    assert source.source == AGREED


def test_the_first_source_is_latched_when_the_agreed_one_stays_silent() -> None:
    source = SourceFilter()
    source.agree(AGREED)
    assert source.accepts(BEHIND_NAT)
    assert source.source == BEHIND_NAT
    assert not source.accepts(STRANGER)
    assert source.accepts(BEHIND_NAT)


def test_the_agreed_address_wins_over_whoever_was_first() -> None:
    source = SourceFilter()
    source.agree(AGREED)
    assert source.accepts(STRANGER)
    assert source.accepts(AGREED)
    assert not source.accepts(STRANGER)
    assert source.source == AGREED


def test_a_new_agreement_starts_anew_and_the_same_one_does_not() -> None:
    source = SourceFilter()
    source.agree(AGREED)
    source.accepts(BEHIND_NAT)
    source.agree(AGREED)
    assert source.source == BEHIND_NAT
    source.agree(("192.0.2.2", 4000))
    assert source.source == ("192.0.2.2", 4000)
