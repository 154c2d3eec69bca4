"""Mail over TLS: to a server whose certificate is trusted, and to no other."""

from __future__ import annotations

import runpy
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from equipoise.server.recruit.actions.write_mail import write_mail
from equipoise.server.recruit.models import Mail
from equipoise.server.recruit.outbox import Outbox

_POST_OFFICE = runpy.run_path(str(Path(__file__).parents[1] / "post_office.py"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate of localhost, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def over_tls(certificate: Path, monkeypatch: pytest.MonkeyPatch, socket_enabled: None) -> Iterator[Any]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with _POST_OFFICE["open_office"](context) as opened:
        monkeypatch.setenv("EQUIPOISE_MAIL", opened.address)
        yield opened


def test_a_mail_goes_to_a_server_whose_certificate_is_trusted_and_to_no_other(
    database, over_tls, certificate, monkeypatch
):
    write_mail(key="k", purpose="test", to="a@example.org", subject="s", body="b", language="en")
    assert Outbox(patience=5).deliver_due() == 0
    assert Mail.objects.get().problem == "server.recruit.mail-server-away"
    assert over_tls.calls == 0
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    Mail.objects.update(due="")
    assert Outbox(patience=5).deliver_due() == 1
    assert len(over_tls.mails) == 1


def test_a_server_that_does_not_answer_in_tls_is_told_nothing(database, over_tls, monkeypatch):
    write_mail(key="k", purpose="test", to="a@example.org", subject="s", body="b", language="en")
    monkeypatch.setenv("EQUIPOISE_MAIL", over_tls.address.replace("smtps", "smtp"))
    assert Outbox(patience=0.5).deliver_due() == 0
    assert over_tls.mails == []
