"""Keys of students and deliveries: no two alike, safe as file names, the same at every reading."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 60
"""Bytes of what a key takes from a name."""
DIGITS = (8, 16, 32, 64)
"""Of the digest that tells two of one name apart: more where fewer do not."""
RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
"""Windows opens a device where a file is called so."""


@dataclass(frozen=True)
class Wanted:
    """What a key is made from."""

    labels: tuple[str, ...]
    """What a person calls it; the first that nobody else has is taken."""
    identity: str
    """Nobody else's in this download; what a digest is made from where no label will do."""

    def key(self, level: int) -> str:
        """The key that comes to mind first, or after so many that others have, too."""
        labels = [found for found in map(slug, self.labels) if found]
        if level < len(labels):
            return labels[level]
        length = DIGITS[min(max(level - len(labels), 0), len(DIGITS) - 1)]
        digest = hashlib.sha256(self.identity.encode("utf-8", "surrogatepass")).hexdigest()
        return "-".join([*labels[:1], digest[:length]]) if labels else f"nameless-{digest[:length]}"


def unique_keys(wanted: Sequence[Wanted]) -> list[str]:
    """A key for each. All who share a label give it up, so that no order decides.

    Raises:
        ValueError: two have one identity.
    """
    if len({one.identity for one in wanted}) < len(wanted):
        raise ValueError("two that want a key have one identity")
    levels = [0] * len(wanted)
    while True:
        keys = [one.key(level) for one, level in zip(wanted, levels, strict=True)]
        counted = Counter(map(folded, keys))
        if len(counted) == len(keys):
            return keys
        levels = [
            level + (counted[folded(key)] > 1) for key, level in zip(keys, levels, strict=True)
        ]


def slug(text: str) -> str:
    """A name as a part of a file's name: letters and digits of any script, `_` and `-`."""
    marked = "".join(each if _stays(each) else "-" for each in folded(text))
    short = re.sub("-+", "-", marked).encode()[:LONGEST].decode(errors="ignore").strip("-")
    return f"student-{short}" if RESERVED.fullmatch(short) else short


def folded(text: str) -> str:
    """The same for two texts that a disk or a person may take for one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _stays(character: str) -> bool:
    if character in "_-":
        return True
    return character.isalnum() or unicodedata.category(character) in {"Mn", "Mc"}
