"""PDFs that are really signed, with certificates made for the test."""

from __future__ import annotations

import datetime
import io
from functools import cache
from pathlib import Path

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from PIL import Image
from pyhanko import stamp
from pyhanko.pdf_utils import generic, images
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

BEGIN = datetime.datetime(2024, 1, 1)
END = datetime.datetime(2034, 1, 1)
ISSUER = "某省电子认证中心"


@cache
def signer(name: str, organisation: str = "", issuer: str = ISSUER) -> signers.SimpleSigner:
    """One who signs; self-signed where the issuer is empty."""
    key = ec.generate_private_key(ec.SECP256R1())
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    subject = x509.Name(parts)
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]) if issuer else subject
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(END)
        .sign(ec.generate_private_key(ec.SECP256R1()) if issuer else key, hashes.SHA256())
    )
    return signers.SimpleSigner(
        signing_cert=asn1.Certificate.load(certificate.public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        cert_registry=SimpleCertificateStore(),
    )


def sign(path: Path, by: signers.SimpleSigner, field: str = "Signature1", picture: Image.Image | None = None) -> Path:
    """Signs a PDF in place, as office programs do, by an update at its end; `picture` is shown where it is signed."""
    writer = IncrementalPdfFileWriter(io.BytesIO(path.read_bytes()))
    how = signers.PdfSignatureMetadata(field_name=field)
    style = None
    if picture is not None:
        fields.append_signature_field(writer, fields.SigFieldSpec(field, box=(560, 60, 679, 179), on_page=0))
        style = stamp.StaticStampStyle(background=images.PdfImage(picture), border_width=0, background_opacity=1)
    path.write_bytes(signers.PdfSigner(how, signer=by, stamp_style=style).sign_pdf(writer).getvalue())
    return path


def add_text(path: Path) -> Path:
    """Writes a further figure on the first page, in an update that leaves the signed bytes as they are."""
    writer = IncrementalPdfFileWriter(io.BytesIO(path.read_bytes()))
    page = writer.find_page_for_modification(0)[0].get_object()
    more = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 10 Tf 300 300 Td <0039> Tj ET"))
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), more])
    writer.update_container(page)
    writer.write_in_place()
    path.write_bytes(writer.prev.stream.getvalue())
    return path
