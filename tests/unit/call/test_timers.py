"""Named deadlines."""

from custom_components.hold_slayer.engine.call.timers import Timer, Timers


def test_deadlines_come_in_order_of_time_and_once() -> None:
    timers = Timers()
    timers.set(Timer.HOLD, 30.0)
    timers.set(Timer.TURN, 10.0)
    timers.set(Timer.CALL, 20.0)
    assert timers.next() == 10.0
    assert timers.pop_due(9.9) is None
    assert timers.pop_due(25.0) is Timer.TURN
    assert timers.pop_due(25.0) is Timer.CALL
    assert timers.pop_due(25.0) is None
    assert timers.running == {Timer.HOLD}


def test_equal_deadlines_come_in_order_of_name_whatever_the_order_of_setting() -> None:
    for order in ((Timer.SPEAK, Timer.CALL), (Timer.CALL, Timer.SPEAK)):
        timers = Timers()
        for timer in order:
            timers.set(timer, 1.0)
        assert [timers.pop_due(1.0), timers.pop_due(1.0)] == [Timer.CALL, Timer.SPEAK]


def test_a_deadline_moves_and_is_forgotten() -> None:
    timers = Timers()
    timers.set(Timer.TURN, 1.0)
    timers.set(Timer.TURN, 5.0)
    assert timers.pop_due(4.0) is None
    timers.cancel(Timer.TURN, Timer.HOLD)
    assert not timers.is_set(Timer.TURN)
    assert timers.next() is None


def test_keeping_some_forgets_the_others() -> None:
    timers = Timers()
    for timer in (Timer.TURN, Timer.CALL, Timer.HOLD):
        timers.set(timer, 1.0)
    timers.keep({Timer.CALL, Timer.SPEAK})
    assert timers.running == {Timer.CALL}
