"""Ports for programs that must be told theirs.

A port that was free a moment ago can be somebody else's by the time a program binds it: the system hands out its ephemeral
range (32768 and up on Linux) to every socket bound to port 0. The ports here lie below that range, one process gives none
of them a second time soon, and each process begins somewhere else.
"""

import contextlib
import itertools
import os
import random
import socket

_FIRST = 10_000
_BLOCK = 64
_BLOCKS = 340
_turns = itertools.count(random.Random(os.getpid()).randrange(_BLOCKS))


def free_ports(count: int) -> int:
    """The first of ``count`` (at most 64) neighbouring ports of loopback, free for UDP and TCP; it is even.

    Raises RuntimeError.
    """
    for turn in itertools.islice(_turns, _BLOCKS):
        first = _FIRST + turn % _BLOCKS * _BLOCK
        if all(_is_free(port) for port in range(first, first + count)):
            return first
    raise RuntimeError("no free port")


def free_port() -> int:
    """A port of loopback that is free for UDP and TCP."""
    return free_ports(1)


def _is_free(port: int) -> bool:
    with contextlib.ExitStack() as stack:
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            probe = stack.enter_context(socket.socket(socket.AF_INET, kind))
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
