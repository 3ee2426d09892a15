from custom_components.hold_slayer.engine.media.watchdog import MediaWatchdog


def test_fires_once_after_the_time() -> None:
    watchdog = MediaWatchdog(30.0, 100.0)
    assert not watchdog.is_dead(129.9)
    assert watchdog.is_dead(130.0)
    assert not watchdog.is_dead(131.0)


def test_a_sign_of_life_starts_the_time_again() -> None:
    watchdog = MediaWatchdog(30.0, 100.0)
    watchdog.alive(125.0)
    assert not watchdog.is_dead(154.9)
    assert watchdog.is_dead(155.0)
