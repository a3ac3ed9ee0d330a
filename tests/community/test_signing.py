"""Ed25519 as the library writes it, with the vectors of messaging.md 10.2."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from community import signing
from tests.community.paper import RAW, Key, b64, canonical

PUBLIC = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"
MADE = "Z/CATbv51n7d1M2PTlgbUZDgDon8CfCvLAnVQq2ajuL4GkQHonkSTLxypK+9eNeVrNP1OfvRvIG2ZtV6rNZaCQ"
DOMAIN, TEXT, USER = "community.roster.v1", '{"version":1}', "@u"
DATA = f"{DOMAIN}\n{TEXT}".encode()


def test_vector_is_accepted():
    assert signing.verify(PUBLIC, MADE, DATA)
    signatures = {USER: {f"ed25519:{PUBLIC}": MADE}, "@other": {"ed25519:x": "y"}}
    assert signing.signed_text_ok(DOMAIN, TEXT, signatures, USER, PUBLIC)


def test_vector_is_made_by_the_seed():
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    assert b64(key.public_key().public_bytes(*RAW)) == PUBLIC
    assert b64(key.sign(DATA)) == MADE


@given(st.integers(0, 64 * 8 - 1))
def test_one_flipped_bit_of_the_signature_is_refused(bit):
    raw = bytearray(base64.b64decode(MADE + "=="))
    raw[bit // 8] ^= 1 << bit % 8
    assert not signing.verify(PUBLIC, b64(bytes(raw)), DATA)


@given(st.integers(0, len(DATA) * 8 - 1))
def test_one_flipped_bit_of_the_text_is_refused(bit):
    raw = bytearray(DATA)
    raw[bit // 8] ^= 1 << bit % 8
    assert not signing.verify(PUBLIC, MADE, bytes(raw))


@pytest.mark.parametrize(
    ("public", "made"),
    [
        (PUBLIC + "=", MADE),
        (PUBLIC, MADE + "=="),
        (PUBLIC[:-1] + "h", MADE),  # other spare bits, the same bytes
        (PUBLIC[:-1], MADE),
        (PUBLIC + "A", MADE),
        ("", MADE),
        (PUBLIC, ""),
        ("é" * 43, MADE),
        (PUBLIC, " " + MADE),
        ("_" * 43, MADE),
        (None, MADE),
        (PUBLIC, 7),
    ],
)
def test_other_forms_of_key_or_signature_are_refused(public, made):
    assert not signing.verify(public, made, DATA)


@pytest.mark.parametrize(
    "signatures",
    [
        {}, {USER: {}}, {USER: {f"ed25519:{PUBLIC}": ""}}, {USER: {PUBLIC: MADE}}, {USER: MADE},
        {"@v": {f"ed25519:{PUBLIC}": MADE}}, [], None, {USER: {f"ed25519:{PUBLIC}": [MADE]}},
    ],
)  # fmt: skip
def test_signatures_without_the_right_one_are_refused(signatures):
    assert not signing.signed_text_ok(DOMAIN, TEXT, signatures, USER, PUBLIC)


def test_signature_counts_in_its_own_domain_alone():
    key = Key()
    made = {USER: {f"ed25519:{key.public}": key.sign(b"community.bind.v1\ntext")}}
    assert signing.signed_text_ok("community.bind.v1", "text", made, USER, key.public)
    assert not signing.signed_text_ok("community.roster.v1", "text", made, USER, key.public)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), JSON))
def test_canonical_form_is_that_of_the_paper_client(thing):
    assert signing.canonical(thing) == canonical(thing)


def test_canonical_leaves_out_signatures_and_sorts():
    thing = {"b": [1, {"z": None, "a": "é"}], "a": True, "signatures": {"x": 1}, "unsigned": 2}
    assert signing.canonical(thing) == '{"a":true,"b":[1,{"a":"é","z":null}]}'.encode()


@pytest.mark.parametrize("value", [1.5, float("nan"), [0.1], {"a": float("inf")}])
def test_canonical_refuses_fractions(value):
    with pytest.raises(ValueError, match="fractions"):
        signing.canonical({"x": value})


@pytest.mark.parametrize("text", ["", "AAAA", "A" * 43, "A" * 44, "=" * 44, "A" * 43 + "\n"])
def test_padded_hash_has_one_form(text):
    assert signing.padded(text, 32) is None


@pytest.mark.parametrize(
    ("signatures", "kept"),
    [({"@u": {"ed25519:x": "y" * 20}}, True), ({"@u": {"ed25519:x": "y" * 90}}, False),
     ({"@u": {"ed25519:x": "\0"}}, False), ({"é": {}}, False), ({"@u": {"\n": ""}}, False)],
)  # fmt: skip
def test_signatures_that_are_stored_are_short_and_plain(signatures, kept):
    assert signing.may_be_kept(signatures, 50) is kept


def test_hash_of_a_text():
    assert signing.sha256_b64("") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert signing.padded(signing.sha256_b64("é"), 32) is not None
