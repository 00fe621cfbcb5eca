"""Verifies a certificate of Enishi offline: verify_certificate.py CERTIFICATE KEYS [STATUS].

CERTIFICATE: the downloaded file, or the address of the QR code in a file. KEYS, STATUS: what the
site published as /.well-known/jwks.json and /.well-known/certificate-status.jwt, fetched before.
"""

import base64
import hashlib
import json
import sys
import time
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MAX_AGE, SETTLED, CLOCKS = 7 * 86400, 300, 300  # seconds


def decoded(text):
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def opened(token, typ, keys):
    """The claims of a token, or the verdict that says why they cannot be relied on."""
    try:
        signed, *disclosures = token.split("~")  # of an SD-JWT, the last one is empty
        header, payload, signature = signed.split(".")
        named, signature = json.loads(decoded(header)), decoded(signature)
        if named["alg"] not in ("EdDSA", "Ed25519") or named["typ"] != typ or "crit" in named:
            return "unreadable", None
        if named["kid"] not in keys:
            return "unknown_key", None
        public = Ed25519PublicKey.from_public_bytes(keys[named["kid"]])
        public.verify(signature, f"{header}.{payload}".encode())
        claims = json.loads(decoded(payload))
        for each in disclosures[:-1]:  # [salt, name, value] in JSON, found by its digest
            digest = base64.urlsafe_b64encode(hashlib.sha256(each.encode()).digest())
            claims["_sd"].remove(digest.decode().rstrip("="))
            claims |= dict([json.loads(decoded(each))[1:]])
        return ("unreadable", None) if any(disclosures[-1:]) else ("genuine", claims)
    except InvalidSignature:
        return "forged", None
    except (ValueError, KeyError, TypeError):
        return "unreadable", None


def judged(claims, listed, now):
    if claims["iat"] > now + CLOCKS:
        return "not_yet_valid"
    if claims["exp"] <= now:
        return "expired"
    is_own = listed and listed["iss"] == claims["iss"]
    if not is_own or not -CLOCKS <= now - listed["iat"] <= MAX_AGE:
        return "unchecked"
    if claims["iat"] + SETTLED > listed["iat"]:
        return "valid"  # issued after the list was made
    bits, index = decoded(listed["lst"]), claims["status"]["idx"]
    if not 0 <= index < 8 * len(bits):
        return "unchecked"
    secret = decoded(claims["status"]["key"])
    mask = hashlib.sha256(secret + str(listed["iat"]).encode()).digest()[0] & 1
    return "revoked" if bits[index >> 3] >> (index & 7) & 1 ^ mask else "valid"


def main(certificate, key_set, status=None):
    published = json.loads(Path(key_set).read_text(encoding="utf-8"))["keys"]
    keys = {key["kid"]: decoded(key["x"]) for key in published if key.get("crv") == "Ed25519"}
    listed = status and opened(Path(status).read_text().strip(), "enishi-status+jwt", keys)[1]
    text = "".join(Path(certificate).read_text(encoding="utf-8").split()).rpartition("#")[2]
    verdict, claims = opened(text, "dc+sd-jwt" if "~" in text else "enishi-certificate+jwt", keys)
    verdict = judged(claims, listed, time.time()) if claims else verdict
    print(verdict, json.dumps(claims, ensure_ascii=False) if claims else "", sep="\n")
    return 0 if verdict == "valid" else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
