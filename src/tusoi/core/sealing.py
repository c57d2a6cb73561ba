"""Sealed boxes, words that open them, and codes on paper. Every primitive is libsodium's.

What is sealed here is opened by any two of several holders, each with words of their own: the
secret key is kept once for every pair of holders, in two boxes, one inside the other. There is no
sharing scheme to get wrong.
"""

import hashlib
import json
import secrets
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

from tusoi.core.words import WORDS


# Two look-alikes of each digit are read as that digit, U is left out: 32 signs, 5 bits each.
CODE_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH: Final = 10
WORD_COUNT: Final = 6
HASH_SIZE: Final = 32
# How much longer a sealed text is than what was sealed.
SEAL_SIZE: Final = 48
_LOOK_ALIKES: Final = str.maketrans("OIL", "011")
_LETTERS: Final = str.maketrans("đĐ", "dd")


class NotOpened(Exception):
    """The words are not the ones that were given out, or what was sealed is damaged."""


@dataclass(frozen=True)
class KeyPair:
    public: bytes
    secret: bytes

    def __repr__(self) -> str:
        """Show nothing: a traceback or a log must not carry the key."""
        return "KeyPair(…)"


def new_key_pair() -> KeyPair:
    key = PrivateKey.generate()
    return KeyPair(bytes(key.public_key), bytes(key))


def seal(public_key: bytes, message: bytes) -> bytes:
    """Close a message so that only the holder of the secret key reads it; never twice alike."""
    return SealedBox(PublicKey(public_key)).encrypt(message)


def unseal(secret_key: bytes, sealed: bytes) -> bytes:
    """Open what was sealed.

    Raises:
        NotOpened: it was sealed to another key, or changed since.
    """
    try:
        return SealedBox(PrivateKey(secret_key)).decrypt(sealed)
    except CryptoError:
        raise NotOpened from None


def new_code() -> str:
    """Return ten signs of five bits, drawn evenly."""
    # There are 32 signs: five bits of a random byte choose one, evenly.
    return "".join(CODE_SIGNS[one & 31] for one in secrets.token_bytes(CODE_LENGTH))


def read_code(typed: str) -> str:
    """Return a code as it was printed, whatever case, gaps and look-alikes were typed."""
    signs = "".join(one for one in typed.upper() if one.isalnum())
    return signs.translate(_LOOK_ALIKES)


def hash_code(code: str, *, secret: bytes) -> bytes:
    """Return what is kept of a code; without the installation's own key nobody can repeat it."""
    key = hashlib.blake2b(secret, key=_installation_key()).digest()
    return hashlib.blake2b(read_code(code).encode(), key=key, digest_size=HASH_SIZE).digest()


def _installation_key() -> bytes:
    return hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"codes").digest()


def digest(*parts: bytes) -> str:
    """Return a short mark of a text or a set that changes with every sign of it."""
    whole = hashlib.blake2b(digest_size=20)
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()


def new_words() -> str:
    """Return six words drawn evenly; more than fifty bits."""
    return " ".join(secrets.choice(WORDS) for _ in range(WORD_COUNT))


def read_words(typed: str) -> str:
    """Return words as they were printed, whatever accents, case and gaps were typed."""
    plain = unicodedata.normalize("NFD", typed.translate(_LETTERS)).casefold()
    letters = (one for one in plain if not unicodedata.combining(one))
    return " ".join("".join(one if "a" <= one <= "z" else " " for one in letters).split())


def wrap(secret: bytes, holders: Sequence[str]) -> str:
    """Return a text from which any two of the holders' words give the secret back."""
    salts = [secrets.token_bytes(argon2id.SALTBYTES) for _ in holders]
    cost = {"ops": settings.SEALING_OPSLIMIT, "mem": settings.SEALING_MEMLIMIT}
    keys = [_stretch(words, salt, **cost) for words, salt in zip(holders, salts, strict=True)]
    boxes = {
        f"{one}-{two}": _text(SecretBox(keys[one]).encrypt(SecretBox(keys[two]).encrypt(secret)))
        for one, two in combinations(range(len(holders)), 2)
    }
    return json.dumps({**cost, "salts": [_text(one) for one in salts], "boxes": boxes})


def unwrap(wrapped: str, first: tuple[int, str], second: tuple[int, str]) -> bytes:
    """Return the secret; `first` and `second` are places among the holders with their words.

    Raises:
        NotOpened: the two are one and the same, unknown, or their words are not right.
    """
    kept = json.loads(wrapped)
    (one, one_words), (two, two_words) = sorted((first, second))
    box = kept["boxes"].get(f"{one}-{two}")
    if box is None:
        raise NotOpened
    keys = [
        _stretch(words, b64decode(kept["salts"][place]), ops=kept["ops"], mem=kept["mem"])
        for place, words in ((one, one_words), (two, two_words))
    ]
    try:
        return SecretBox(keys[1]).decrypt(SecretBox(keys[0]).decrypt(b64decode(box)))
    except CryptoError:
        raise NotOpened from None


def _stretch(words: str, salt: bytes, *, ops: int, mem: int) -> bytes:
    return argon2id.kdf(
        SecretBox.KEY_SIZE, read_words(words).encode(), salt, opslimit=ops, memlimit=mem
    )


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
