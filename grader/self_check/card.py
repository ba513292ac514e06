"""What the check in a notebook shows: a small card, and the same as text."""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PLAIN = '<div style="white-space: pre-wrap; background: transparent">{}</div>'


@dataclass(frozen=True)
class Card:
    """An answer, as a notebook shows it: HTML where it can, text where it cannot."""

    data: Mapping[str, str]
    """By media type."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Saved with the output, so that whoever reads the notebook knows the card from a result."""
    passed: bool = False
    """Whether something was judged, and all of it is right."""

    @classmethod
    def saying(cls, text: str) -> "Card":
        """A card of nothing but text."""
        return cls({"text/plain": text, "text/html": PLAIN.format(html.escape(text))})

    def __repr__(self) -> str:
        return self.data["text/plain"]

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        return dict(self.data), dict(self.metadata)
