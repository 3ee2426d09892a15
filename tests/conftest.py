"""Shared by all tests: real sockets on loopback where a test talks to a real program or to itself."""

from pathlib import Path

import pytest
import pytest_socket

WITH_SOCKETS = ("unit/sip", "unit/media", "unit/voice", "unit/agent", "unit/simulator", "unit/cli", "ha/real", "e2e")
TESTS = Path(__file__).parent


@pytest.fixture(autouse=True)
def real_sockets(request: pytest.FixtureRequest) -> None:
    """Home Assistant's test plugin blocks sockets; these tests are about them."""
    folder = request.path.relative_to(TESTS).as_posix()
    if folder.startswith(WITH_SOCKETS):
        pytest_socket.enable_socket()
