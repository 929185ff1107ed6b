"""Keys, signed batches and certificate chains: SPEC.md sections 1, 4 and 8."""

import base64
import datetime
import json
import re

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from log import leaf_hash, path_of, root_from_path, root_of, sha256
from wire import Refused, refuse_unless

# value → alg of the table in section 4
ALGORITHMS = {1: "PS256", 2: "ES256", 3: "ES384", 4: "Ed25519"}
CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}
PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_b64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number_from(text: str) -> int:
    return int.from_bytes(from_b64url(text), "big")


def raw_public(key) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def jwk_of(key) -> str:
    """The text that RFC 7638 hashes: required members, sorted, compact."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        size, numbers = (key.curve.key_size + 7) // 8, key.public_numbers()
        x, y = (b64url(n.to_bytes(size, "big")) for n in (numbers.x, numbers.y))
        members = {"crv": f"P-{key.curve.key_size}", "kty": "EC", "x": x, "y": y}
    elif isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        e, n = (b64url(v.to_bytes((v.bit_length() + 7) // 8, "big")) for v in (numbers.e, numbers.n))
        members = {"e": e, "kty": "RSA", "n": n}
    else:
        curve = "X25519" if isinstance(key, x25519.X25519PublicKey) else "Ed25519"
        members = {"crv": curve, "kty": "OKP", "x": b64url(raw_public(key))}
    return json.dumps(members, sort_keys=True, separators=(",", ":"))


def key_id_of(key) -> bytes:
    return sha256(jwk_of(key).encode())


def public_from_jwk(text: str):
    jwk = json.loads(text)
    if jwk["kty"] == "RSA":
        return rsa.RSAPublicNumbers(number_from(jwk["e"]), number_from(jwk["n"])).public_key()
    if jwk["kty"] == "EC":
        x, y = number_from(jwk["x"]), number_from(jwk["y"])
        return ec.EllipticCurvePublicNumbers(x, y, CURVES[jwk["crv"]]).public_key()
    kind = x25519.X25519PublicKey if jwk["crv"] == "X25519" else ed25519.Ed25519PublicKey
    return kind.from_public_bytes(from_b64url(jwk["x"]))


def private_from_jwk(jwk: dict):
    if jwk["kty"] == "EC":
        return ec.derive_private_key(number_from(jwk["d"]), CURVES[jwk["crv"]])
    return x25519.X25519PrivateKey.from_private_bytes(from_b64url(jwk["d"]))


def algorithm_of(key) -> int:
    """The key decides the algorithm."""
    if isinstance(key, rsa.RSAPublicKey) and 3072 <= key.key_size <= 4096:
        return 1
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, (ec.SECP256R1, ec.SECP384R1)):
        return 2 if key.key_size == 256 else 3
    refuse_unless(isinstance(key, ed25519.Ed25519PublicKey), "ALGORITHM_REFUSED")
    return 4


def hash_of(key) -> hashes.HashAlgorithm:
    return hashes.SHA384() if key.key_size == 384 else hashes.SHA256()


def sign_raw(key, data: bytes) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, PSS, hashes.SHA256())
    r, s = utils.decode_dss_signature(key.sign(data, ec.ECDSA(hash_of(key))))
    return b"".join(n.to_bytes(key.key_size // 8, "big") for n in (r, s))


def is_signed(key, signature: bytes, data: bytes) -> bool:
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, data)
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, PSS, hashes.SHA256())
        else:
            half = key.key_size // 8
            if len(signature) != 2 * half:
                return False
            r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            key.verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(hash_of(key)))
    except InvalidSignature:
        return False
    return True


def signing_input(kind: str, algorithm: int, key_id: bytes, size: int, root: bytes) -> bytes:
    header = f'{{"alg":"{ALGORITHMS[algorithm]}","kid":"{b64url(key_id)}","typ":"liaison-v1-{kind}"}}'
    payload = f"liaison/v1/{kind}".encode() + b"\x00" + size.to_bytes(8, "big") + root
    return f"{b64url(header.encode())}.{b64url(payload)}".encode()


def sign_batch(wire, key, kind: str, leaves: list[bytes]):
    """Returns the BatchSignature and a Path for each leaf."""
    tree = [leaf_hash(leaf) for leaf in leaves]
    algorithm, key_id = algorithm_of(key.public_key()), key_id_of(key.public_key())
    data = signing_input(kind, algorithm, key_id, len(leaves), root_of(tree))
    signature = wire.BatchSignature(algorithm=algorithm, key_id=key_id, size=len(leaves), signature=sign_raw(key, data))
    return signature, [wire.Path(index=i, hashes=path_of(i, tree)) for i in range(len(tree))]


def verify_leaf(key, kind: str, leaf: bytes, signature, path) -> None:
    refuse_unless(signature.algorithm in ALGORITHMS, "ALGORITHM_REFUSED")
    refuse_unless(signature.algorithm == algorithm_of(key), "SIGNATURE_INVALID", "not the key's algorithm")
    refuse_unless(signature.key_id == key_id_of(key), "SIGNATURE_INVALID", "another key")
    refuse_unless(1 <= signature.size <= 4096, "SIGNATURE_INVALID", "size")
    root = root_from_path(leaf_hash(leaf), path.index, signature.size, list(path.hashes))
    refuse_unless(root, "SIGNATURE_INVALID", "path")
    data = signing_input(kind, signature.algorithm, signature.key_id, signature.size, root)
    refuse_unless(is_signed(key, signature.signature, data), "SIGNATURE_INVALID")


def is_signed_with(key, item, signed: bytes) -> bool:
    """The signature of a certificate or a revocation list."""
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(item.signature, signed)
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(item.signature, signed, padding.PKCS1v15(), item.signature_hash_algorithm)
        else:
            key.verify(item.signature, signed, ec.ECDSA(item.signature_hash_algorithm))
    except InvalidSignature:
        return False
    return True


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if certificate.issuer.public_bytes() != issuer.subject.public_bytes():
        return False
    return is_signed_with(issuer.public_key(), certificate, certificate.tbs_certificate_bytes)


def extension(certificate: x509.Certificate, kind):
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


KNOWN_EXTENSIONS = {"2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.37"}
CLIENT, SERVER = x509.ExtendedKeyUsageOID.CLIENT_AUTH, x509.ExtendedKeyUsageOID.SERVER_AUTH


def verify_signing_chain(chain: list[bytes], anchors: list[x509.Certificate], agency: str, at_ms: int):
    """Section 8.2 for the use `signing` at this time, without revocation lists; returns the leaf's key."""
    return verify_chain(chain, anchors, "signing", agency, at_ms)


def path_to_anchor(chain: list[bytes], anchors: list[x509.Certificate]) -> list[x509.Certificate]:
    """The certificates from the leaf to the anchor."""
    refuse_unless(1 <= len(chain) <= 6, "CERTIFICATE_INVALID")
    try:
        path = [x509.load_der_x509_certificate(item) for item in chain]
    except ValueError:
        raise Refused("CERTIFICATE_INVALID") from None
    for place, certificate in enumerate(path):
        algorithm_of(certificate.public_key())
        anchor = next((item for item in anchors if is_issued_by(certificate, item)), None)
        if anchor:
            return [*path[: place + 1], anchor]
        refuse_unless(place + 1 < len(path) and is_issued_by(certificate, path[place + 1]), "CERTIFICATE_UNTRUSTED")
    raise Refused("CERTIFICATE_UNTRUSTED")


def verify_chain(chain, anchors, use: str, agency: str, at_ms: int, lists=(), lists_required: bool = False):
    """Section 8.2 for one use at this time; returns the leaf's key."""
    path = path_to_anchor(chain, anchors)
    now = datetime.datetime.utcfromtimestamp(at_ms / 1000)
    for certificate in path:
        refuse_unless(certificate.not_valid_before <= now <= certificate.not_valid_after, "CERTIFICATE_EXPIRED")
    for certificate in path:
        unknown = [item for item in certificate.extensions if item.critical]
        names = {item.oid.dotted_string for item in unknown}
        refuse_unless(names <= KNOWN_EXTENSIONS, "CERTIFICATE_INVALID", "critical extension")
        refuse_unless(extension(certificate, x509.NameConstraints) is None, "CERTIFICATE_INVALID", "nameConstraints")
    for depth, certificate in enumerate(path):
        constraints, usage = extension(certificate, x509.BasicConstraints), extension(certificate, x509.KeyUsage)
        is_authority = constraints is not None and constraints.ca
        refuse_unless(is_authority == (depth > 0), "CERTIFICATE_INVALID", "authority")
        if is_authority and constraints.path_length is not None:
            refuse_unless(depth - 1 <= constraints.path_length, "CERTIFICATE_INVALID", "pathLen")
        if usage is None:
            refuse_unless(certificate is path[-1], "CERTIFICATE_USAGE")
        else:
            refuse_unless(usage.key_cert_sign if depth else usage.digital_signature, "CERTIFICATE_USAGE")
    purposes = set(extension(path[0], x509.ExtendedKeyUsage) or ())
    wanted = {"tls-client": CLIENT, "tls-server": SERVER}.get(use)
    fits = wanted in purposes if wanted else not purposes & {CLIENT, SERVER}
    refuse_unless(fits, "CERTIFICATE_USAGE", "purpose")
    names = extension(path[0], x509.SubjectAlternativeName)
    uris = names.get_values_for_type(x509.UniformResourceIdentifier) if names else []
    is_named = len(uris) == 1 and re.fullmatch(r"liaison://[a-z0-9]([a-z0-9.-]*[a-z0-9])?", uris[0])
    refuse_unless(is_named, "CERTIFICATE_INVALID", "agency")
    refuse_unless(uris == [f"liaison://{agency}"], "AGENCY_MISMATCH")
    for certificate, issuer in zip(path, path[1:]):
        check_revocation(certificate, issuer, lists, lists_required, now)
    return path[0].public_key()


def check_revocation(certificate: x509.Certificate, issuer: x509.Certificate, lists, required: bool, now) -> None:
    """Section 8.3, for one certificate and the authority above it."""
    code = "REVOCATION_LIST_INVALID"
    named = [item for item in lists if item.issuer.public_bytes() == issuer.subject.public_bytes()]
    if not named:
        refuse_unless(not required, code, "missing")
        return
    usage = extension(issuer, x509.KeyUsage)
    refuse_unless(usage is None or usage.crl_sign, code, "cRLSign")
    good = [item for item in named if is_signed_with(issuer.public_key(), item, item.tbs_certlist_bytes)]
    refuse_unless(good, code, "signed by another key")
    newest = max(good, key=lambda item: item.last_update)
    refuse_unless(newest.next_update and newest.last_update <= now <= newest.next_update, code, "not current")
    is_listed = newest.get_revoked_certificate_by_serial_number(certificate.serial_number)
    refuse_unless(is_listed is None, "CERTIFICATE_REVOKED")
