"""Shared by all tests: real sockets on loopback where a test talks to a real program or to itself; a list of what failed."""

import os
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


_failed: dict[str, None] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        _failed[report.nodeid] = None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """For script/test, which runs a few failed ones once more: their names, a line each."""
    path = os.environ.get("FAILED_TESTS_FILE")
    if path and not hasattr(session.config, "workerinput"):
        Path(path).write_text("".join(f"{name}\n" for name in _failed), encoding="utf-8")
