"""A certificate authority of a test's own, and a server certificate that it signed."""

from dataclasses import dataclass
import datetime as dt
import ipaddress
from pathlib import Path
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Chain:
    """Files: the authority's certificate, the server's for 127.0.0.1, and the server's key."""

    authority: Path
    certificate: Path
    key: Path

    @property
    def authority_pem(self) -> str:
        return self.authority.read_text(encoding="ascii")

    def server_context(self) -> ssl.SSLContext:
        """What a server shows."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def make_chain(folder: Path, *, run_out: str = "", is_plain: bool = False) -> Chain:
    """Make both; ``run_out``: "authority" or "server" ended yesterday. ``is_plain``: without key identifiers and usages."""
    authority_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _name("Test authority")
    chain = Chain(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    now = dt.datetime.now(dt.UTC)
    made = [(chain.authority, authority, authority_key), (chain.certificate, _name("trunk"), server_key)]
    for path, subject, key in made:
        is_authority = subject is authority
        is_over = run_out == ("authority" if is_authority else "server")
        signed = (
            _builder(subject, key, authority_key, is_authority=is_authority, is_plain=is_plain)
            .issuer_name(authority)
            .not_valid_before(now - dt.timedelta(days=2))
            .not_valid_after(now + dt.timedelta(days=-1 if is_over else 1))
            .sign(authority_key, hashes.SHA256())
        )
        path.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    chain.key.write_bytes(
        server_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return chain


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuers_key: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
    is_plain: bool,
) -> x509.CertificateBuilder:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=not is_plain)
    )
    if not is_authority:
        names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if is_plain:
        return builder
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuers_key.public_key()), critical=False)
        .add_extension(usage, critical=True)
    )
