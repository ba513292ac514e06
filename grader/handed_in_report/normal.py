"""Text as PDFs hold it, made plain: one sign for minus, letters for ligatures, straight quotes."""

import re
import unicodedata

PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\u2018\u2019\u02bc\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u2033", '"'),
        "\u2217": "*",
        "\u22c5": "*",
        "\u00b7": "*",
        "\u00d7": "*",
        "\u00ad": "",
        "\u200b": "",
        "\ufeff": "",
        "\ufffe": "",
        "\u0002": "-",  # of a word that is cut at the end of a line
    }
)
DASH_OF_NUMBER = re.compile(r"(?<![\w.])[\u2013\u2014]\s?(?=\.?\d)")
"""A dash that some word processors write for a minus sign."""


def normal(text: str) -> str:
    """The same text as people would type it."""
    text = unicodedata.normalize("NFKC", text.translate(PLAIN)).translate(PLAIN)
    return " ".join(DASH_OF_NUMBER.sub("-", text).split())


def is_legible(character: int) -> bool:
    """Whether a font says which letter it draws there."""
    private = 0xE000 <= character <= 0xF8FF or character >= 0xF0000
    return character not in (0, 0xFFFD) and not private
