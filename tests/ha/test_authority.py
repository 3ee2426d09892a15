"""The certificate of an own authority, as people paste it."""

from collections.abc import Callable
import datetime as dt
from pathlib import Path
import ssl

import pytest

from custom_components.hold_slayer.authority import MOST_CHARACTERS, AuthorityError, read_authority
from tests.fakes.certificates import Chain, make_chain

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    return make_chain(tmp_path)


@pytest.mark.parametrize(
    "pasted",
    [
        lambda pem: pem,
        lambda pem: "Issuer: CN=Test\n" + pem + "\nand some more words\n",
        lambda pem: " ".join(pem.split("\n")),
        lambda pem: pem.replace("\n", "\r\n  "),
        lambda pem: pem.replace("BEGIN CERT", "BEGIN X509 CERT").replace("END CERT", "END X509 CERT"),
    ],
    ids=["as it is", "with words around", "in one line", "indented", "old name"],
)
def test_a_certificate_is_read_however_it_was_pasted(chain: Chain, pasted: Callable[[str], str]) -> None:
    assert read_authority(pasted(chain.authority_pem), NOW) == chain.authority_pem
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=chain.authority_pem)


def test_several_are_kept_in_their_order(chain: Chain, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    both = chain.authority_pem + make_chain(tmp_path / "other").authority_pem
    assert read_authority(both, NOW) == both


def test_what_is_none_is_said(chain: Chain) -> None:
    pem, server = chain.authority_pem, chain.certificate.read_text()
    request = pem.replace("CERTIFICATE", "CERTIFICATE REQUEST")
    wrong = {
        "ssl/ca.pem": "ca_not_pem",
        pem[30:]: "ca_not_pem",
        pem.replace("\nMII", "\nMI"): "ca_not_pem",
        pem.replace("\nMII", "\n!!!"): "ca_not_pem",
        request: "ca_not_pem",
        pem + request: "ca_not_pem",
        pem + " " * MOST_CHARACTERS: "ca_not_pem",
        server: "ca_not_authority",
        pem + server: "ca_not_authority",
        chain.key.read_text(): "ca_private_key",
        pem + chain.key.read_text(): "ca_private_key",
    }
    for text, key in wrong.items():
        with pytest.raises(AuthorityError) as raised:
            read_authority(text, NOW)
        assert raised.value.key == key
        assert str(raised.value) == key, "nothing of what was pasted"


@pytest.mark.parametrize("days", [-3, 2])
def test_one_that_is_not_valid_today(chain: Chain, days: int) -> None:
    with pytest.raises(AuthorityError) as raised:
        read_authority(chain.authority_pem, NOW + dt.timedelta(days=days))
    assert raised.value.key == "ca_expired"
