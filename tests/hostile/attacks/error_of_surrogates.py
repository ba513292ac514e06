"""Raises a text of lone surrogates and private signs -> cleaned, the results stay valid."""

QUESTIONS = {"1.2"}
SAYS = "raised ValueError"
STOPPED_BY = "reports: cleaned and bounded text"
BODIES = {
    "value_range": r"""
raise ValueError("\ud800\udc00\udfff \ue000 \ufdd0 \U0010ffff \u2028\u2029" * 100)
""",
}
