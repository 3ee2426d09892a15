"""Nearly right input at every edge of the telephone: nothing raises, and it still answers. Longer: ``script/bench fuzz``."""

import asyncio
import random

from hypothesis import given, settings, strategies as st
import pytest

from tests.fakes.fuzzing import SipEdge, broken, edges

NAMES = ("sip", "stream", "sdp", "rtp", "rtcp", "stun", "uri")
BATCH = 25


def run(name: str, seed: int) -> None:
    async def go() -> None:
        edge, seeds = edges()[name]
        chance = random.Random(seed)
        for _ in range(BATCH):
            data = broken(seeds, chance)
            try:
                edge(data)
            except Exception as err:
                raise AssertionError(f"{name}: {data!r}") from err
        if isinstance(edge, SipEdge):
            assert edge.is_alive()

    asyncio.run(go())


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_nothing_raises(name: str, seed: int) -> None:
    run(name, seed)


def test_all_edges_are_tried() -> None:
    async def go() -> None:
        assert tuple(edges()) == NAMES

    asyncio.run(go())


def test_a_fault_would_be_found() -> None:
    chance = random.Random(1)
    inputs = [broken([b"a=1"], chance) for _ in range(200)]
    assert b"a=1" in inputs, "some are left as they were"
    assert len(set(inputs)) > 100
    assert any(not data.partition(b"=")[2].isdigit() for data in inputs)
