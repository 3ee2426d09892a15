"""The 49 torture test messages of RFC 4475, sent to the real socket of a user agent that takes calls.

Whatever comes, the agent lives: after every message it answers OPTIONS, and no task or callback has failed. ``WHAT_HAPPENS`` says
how each is answered: by the status, with None for silence. An INVITE that is accepted reaches whoever takes calls, who is busy.
Where the RFC leaves a choice, the agent's is told.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
import re
from typing import Any

import pytest

from custom_components.hold_slayer.engine.sip.user_agent import IncomingCall
from tests.fakes.sip_line import Caller, Heard, UdpServer, poll

FOLDER = Path(__file__).parents[2] / "data" / "rfc4475"
FILES = sorted(FOLDER.glob("*.txt"))
BUSY = 486
WHAT_HAPPENS: dict[str, int | None] = {
    # 3.1.1: valid messages
    "wsinv": 481,  # to a dialog that nobody knows: it has a To tag
    "intmeth": 405,
    "esc01": BUSY,
    "escnull": 405,
    "esc02": 405,  # RE%47IST%45R is no REGISTER
    "lwsdisp": 200,
    "longreq": BUSY,
    "dblreq": 405,  # what follows the REGISTER in the datagram is ignored
    "semiuri": 200,
    "transports": 200,
    "mpart01": 405,
    "unreason": None,
    "noreason": None,
    # 3.1.2: invalid messages
    "badinv01": 400,
    "clerr": 400,
    "ncl": 400,
    "scalar02": 400,
    "scalarlg": None,
    "quotbal": 400,
    "ltgtruri": 400,
    "lwsruri": 400,
    "lwsstart": 400,
    "trws": 400,
    "escruri": 400,
    "baddate": BUSY,  # the date is nobody's business here
    "regbadct": 405,  # no REGISTER is taken, whatever its Contact
    "badaspec": 200,  # taken as it was meant
    "baddn": 200,  # likewise
    "badvers": 505,
    "mismatch01": 400,
    "mismatch02": 400,
    "bigcode": None,
    # 3.2 and 3.3: transactions and their users
    "badbranch": 200,  # matched as RFC 2543 did
    "insuf": 400,
    "unkscm": 416,
    "novelsc": 416,
    "unksm2": 405,
    "bext01": 420,
    "invut": 415,
    "regaut01": 405,
    "multi01": 400,
    "mcl01": 400,
    "bcast": None,
    "zeromf": 200,  # for this side, so nobody forwards it
    "cparam01": 405,
    "cparam02": 405,
    "regescrt": 405,
    "sdp01": 406,
    # 3.4: RFC 2543 is not supported
    "inv2543": 400,
}


def message_of(text: str) -> bytes:
    """Bytes on the wire of a file (see the folder's README)."""
    text = text.replace("\\\n", "")
    text = re.sub(r"\{repeat:(\d+):([^}]*)\}", lambda found: found[2] * int(found[1]), text)
    pieces = re.split(r"\{hex:([0-9a-f]*)\}", text.replace("\n", "\r\n"))
    data = b"".join(bytes.fromhex(each) if n % 2 else each.encode() for n, each in enumerate(pieces))
    body = data.partition(b"\r\n\r\n")[2]
    return data.replace(b"{length}", str(len(body)).encode())


def test_all_49_are_here() -> None:
    assert [path.stem.partition("-")[2] for path in FILES] == list(WHAT_HAPPENS)
    assert len(FILES) == 49


class Tortured:
    """An agent, its server, and whatever failed unseen."""

    def __init__(self, caller: Caller, server: UdpServer) -> None:
        self.caller = caller
        self.server = server
        self.failures: list[dict[str, Any]] = []
        self.calls: list[IncomingCall] = []
        self.place = ("127.0.0.1", caller.agent._endpoint._reach.local[1])
        self._asked = 0

    def take(self, call: IncomingCall) -> None:
        self.calls.append(call)
        call.refuse(BUSY)

    async def is_alive(self) -> None:
        self._asked += 1
        options = (
            f"OPTIONS sip:alice@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKalive{self._asked};rport\r\n"
            "From: <sip:me@127.0.0.1>;tag=a\r\nTo: <sip:alice@127.0.0.1>\r\nMax-Forwards: 70\r\n"
            f"Call-ID: alive{self._asked}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
        )
        self.server.send(options.encode(), self.place)
        await poll(lambda: any([f"alive{self._asked}"] == answer.all("Call-ID") for answer in self.server.heard))


@pytest.fixture
async def tortured(socket_enabled: None, make_caller: Callable[..., Caller]) -> AsyncIterator[Tortured]:
    server = await UdpServer(lambda _message: []).open()
    caller = make_caller(server.port)
    await caller.agent.start()
    tortured = Tortured(caller, server)
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: tortured.failures.append(context))
    caller.agent.take_calls(tortured.take)
    yield tortured
    server.close()


MESSAGES = {path.stem.partition("-")[2]: message_of(path.read_text(encoding="utf-8")) for path in FILES}


@pytest.mark.parametrize("name", MESSAGES)
async def test_the_agent_answers_and_lives(tortured: Tortured, name: str, caplog: pytest.LogCaptureFixture) -> None:
    data, status = MESSAGES[name], WHAT_HAPPENS[name]
    tortured.server.send(data, tortured.place)
    await tortured.is_alive()
    answers = [each for each in tortured.server.heard if not "".join(each.all("Call-ID")).startswith("alive")]
    assert [each.what for each in answers[:1]] == ([str(status)] if status is not None else []), answers
    assert len({each.what for each in answers}) <= 1, "one answer, repeated at most"
    assert len(tortured.calls) == (status == BUSY)
    assert not tortured.failures
    assert not [record for record in caplog.records if record.levelno >= 30]
    if status is not None:
        _check(answers[0], data)


def _check(answer: Heard, data: bytes) -> None:
    """What every answer has: the request's Call-ID and number as they came, and a tag on To (8.2.6.2)."""
    text = data.decode(errors="replace")
    if "Call-ID" in answer:
        assert answer["Call-ID"] in text
    if "To" in answer:
        assert answer.to_tag or "tag" in answer["To"]
    if answer.what == "420":
        assert answer.all("Unsupported") == ["nothingSupportsThis", "nothingSupportsThisEither"]
    if answer.what == "415":
        assert answer["Accept"] == "application/sdp"
    if answer.what == "405":
        assert "INVITE" in answer["Allow"]
