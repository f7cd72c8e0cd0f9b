"""Keys of the transport: a certificate authority of the federation's own, the server's certificate, keys of nodes.

What they are for: TLS proves the server to the silos (by the authority's certificate, which each silo holds), and a
node's key proves a silo's SuperNode to the server. Neither is what secure aggregation rests on: those are the silos'
identity keys. Who holds the authority's key can pose as the server; an active server is what the protocol is made for.

Elliptic curve P-384 throughout (Flower's nodes sign with ECDSA on it). All files are made with mode 0600.
"""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from wuming.core.errors import KeyUnavailable
from wuming.crypto.signatures import read_secret_file

_CURVE: Final = ec.SECP384R1
_EARLIER: Final = datetime.timedelta(minutes=5)  # for clocks that are a little behind
AUTHORITY_DAYS: Final = 3650
SERVER_DAYS: Final = 397


@dataclass(frozen=True, slots=True)
class Certified:
    """A private key with its certificate, both PEM.

    Attributes:
        key: secret.
        certificate: public.
    """

    key: bytes
    certificate: bytes


def new_authority(federation: str) -> Certified:
    """Return a new certificate authority, for this federation alone."""
    key = ec.generate_private_key(_CURVE())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Wuming federation {federation}"[:64])])
    certificate = (
        _builder(name, name, key.public_key(), AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA384())
    )
    return Certified(_private_pem(key), certificate.public_bytes(serialization.Encoding.PEM))


def new_server(authority: Certified, hosts: tuple[str, ...]) -> Certified:
    """Return a certificate for a server of these names or addresses.

    Raises:
        KeyUnavailable: no host is given, or the authority's files do not belong together.
    """
    if not hosts:
        raise KeyUnavailable("no host is given for the server's certificate", help="Name where silos connect to.")
    issuer_key = serialization.load_pem_private_key(authority.key, password=None)
    issuer = x509.load_pem_x509_certificate(authority.certificate)
    if not isinstance(issuer_key, ec.EllipticCurvePrivateKey) or issuer_key.public_key() != issuer.public_key():
        raise KeyUnavailable("the authority's key and certificate do not belong together", help="Make both anew.")
    key = ec.generate_private_key(_CURVE())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0][:64])])
    certificate = (
        _builder(name, issuer.subject, key.public_key(), SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA384())
    )
    return Certified(_private_pem(key), certificate.public_bytes(serialization.Encoding.PEM))


def new_node_key() -> tuple[bytes, str]:
    """Return a SuperNode's key: secret PEM, public PEM."""
    key = ec.generate_private_key(_CURVE())
    return _private_pem(key), _public_pem(key)


def load_node_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Read a SuperNode's key.

    Raises:
        KeyUnavailable: missing, unreadable, open to others, or of another kind.
    """
    data = read_secret_file(path)
    try:
        key = serialization.load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnavailable(f"no PEM private key in {path}", help="Make one: `wuming federate keys`.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, _CURVE):
        raise KeyUnavailable(f"the key in {path} is not on the curve P-384", help="Make one: `wuming federate keys`.")
    return key


def normal_public_pem(pem: str) -> str:
    """Return a node's public key in the one form in which keys are compared.

    Raises:
        KeyUnavailable: no public key on P-384.
    """
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnavailable("a node key is no PEM public key", help="Copy it from the silo's member file.") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, _CURVE):
        raise KeyUnavailable("a node key is not on the curve P-384", help="Make one: `wuming federate keys`.")
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + datetime.timedelta(days=days))
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        key_cert_sign=certificates,
        crl_sign=certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
