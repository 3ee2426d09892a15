"""A private Asterisk for tests: own configuration, own directories, free ports of loopback, ended by pid."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tests.fakes.certificates import Chain
from tests.fakes.ports import free_port, free_ports

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / ".asterisk" / "root"
TEMPLATES = ROOT / "tests" / "data" / "asterisk"
_RTP_PORTS = 60
_TLS = """
[tls]
type=transport
protocol=tls
bind=127.0.0.1:{port}
cert_file={chain.certificate}
priv_key_file={chain.key}
method=tlsv1_2
"""
_EMPTY = ("cdr", "cel", "features", "udptl", "ccss", "pjproject", "indications", "queues")


class Asterisk:
    """An asynchronous context manager; inside it the exchange is fully booted.

    ``templates``: folder of its configuration. ``places``: texts to be replaced in it, before the names that `_write` fills in.
    ``chain``: speak TLS as well, on `tls_port`, with this certificate.
    """

    def __init__(
        self,
        directory: Path,
        templates: Path = TEMPLATES,
        places: Mapping[str, str] | None = None,
        *,
        chain: Chain | None = None,
    ) -> None:
        self._directory = directory
        self._templates = templates
        self._places = places or {}
        self._process: asyncio.subprocess.Process | None = None
        self._chain = chain
        self.port = free_port()
        self.tls_port = free_port() if chain is not None else 0

    async def __aenter__(self) -> Self:
        if not (ROOT / ".asterisk" / ".complete").exists():
            raise RuntimeError(
                "Asterisk is missing: script/setup could not fetch it, and these tests cannot do without"
            )
        self._write()
        with (self._directory / "stdout").open("wb") as sink:
            self._process = await asyncio.create_subprocess_exec(
                str(INSTALLED / "usr/sbin/asterisk"), "-f", "-C", str(self._directory / "etc/asterisk.conf"),
                cwd=self._directory, stdin=asyncio.subprocess.DEVNULL, stdout=sink, stderr=sink,
            )  # fmt: skip
        for _ in range(100):
            if "fully booted" in await self.command("core waitfullybooted"):
                return self
            await asyncio.sleep(0.1)  # polling a process that has no other way to say it is ready
        raise RuntimeError("Asterisk did not boot: " + (self._directory / "stdout").read_text()[-500:])

    async def __aexit__(self, *_: object) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(10):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def kill(self) -> None:
        """Be gone without a word, as by a power cut."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def command(self, text: str) -> str:
        """Output of a command on Asterisk's console."""
        process = await asyncio.create_subprocess_exec(
            str(INSTALLED / "usr/sbin/asterisk"), "-C", str(self._directory / "etc/asterisk.conf"), "-rx", text,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
        return output.decode(errors="replace")

    @property
    def log(self) -> str:
        """Everything logged: verbose lines and keys."""
        path = self._directory / "log/full"
        return path.read_text(errors="replace") if path.exists() else ""

    async def wait_for_log(self, text: str, timeout_s: float) -> None:
        """Return when ``text`` stands in the log. Raises TimeoutError."""
        for _ in range(int(timeout_s / 0.2)):
            if text in self.log:
                return
            await asyncio.sleep(0.2)  # polling a file
        raise TimeoutError(f"{text} was not logged")

    async def wait_for_channels(self, count: int, timeout_s: float = 15.0) -> None:
        """Return when so many channels are up: they go some time after their calls are over. Raises TimeoutError."""
        shown = ""
        try:
            async with asyncio.timeout(timeout_s):
                while f"\n{count} active channel" not in shown:
                    shown = await self.command("core show channels")
        except TimeoutError as err:
            raise TimeoutError(f"never {count} channels: {shown}") from err

    def _write(self) -> None:
        for name in ("etc", "db", "log", "run", "spool", "cache", "keys/keys"):
            (self._directory / name).mkdir(parents=True, exist_ok=True)
        first_rtp = free_ports(_RTP_PORTS)
        values = {
            "@SIP@": str(self.port),
            "@ROOT@": str(INSTALLED),
            "@RTP@": str(first_rtp),
            "@RTP_END@": str(first_rtp + _RTP_PORTS - 1),
        }
        for template in self._templates.glob("*.conf"):
            text = template.read_text(encoding="utf-8")
            for name, value in {**self._places, **values}.items():
                text = text.replace(name, value)
            (self._directory / "etc" / template.name).write_text(text, encoding="utf-8")
        if self._chain is not None:
            more = _TLS.format(port=self.tls_port, chain=self._chain)
            (self._directory / "etc" / "pjsip_more.conf").write_text(more, encoding="utf-8")
        for name in _EMPTY:
            (self._directory / "etc" / f"{name}.conf").write_text("[general]\n", encoding="utf-8")
        modules = next((INSTALLED / "usr/lib").glob("*/asterisk/modules"))
        places = {
            "astetcdir": "etc", "astvarlibdir": "db", "astdbdir": "db", "astkeydir": "keys", "astspooldir": "spool",
            "astrundir": "run", "astlogdir": "log", "astcachedir": "cache",
        }  # fmt: skip
        lines = ["[directories]", f"astmoddir => {modules}", f"astdatadir => {INSTALLED}/usr/share/asterisk"]
        lines += [f"{key} => {self._directory / place}" for key, place in places.items()]
        lines += ["[options]", "verbose = 4", "defaultlanguage = en_US_f_Allison", "transmit_silence = yes", ""]
        (self._directory / "etc/asterisk.conf").write_text("\n".join(lines), encoding="utf-8")
