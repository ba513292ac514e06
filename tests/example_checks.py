"""Three checks as they stand, in docs/architecture.md; `python -m tests.example_checks`."""

import inspect
from collections.abc import Callable
from typing import Any

from grader.checks import activations, bias, forward
from grader.template import CHECKOUT
from tests.blocks import with_block

PAGE = CHECKOUT / "docs" / "architecture.md"
CHECKS: tuple[Callable[..., Any], ...] = (
    activations.proportional,
    activations.scales.require_proportional,
    forward.last_layer,
    bias.product,
)
"""Of questions 4.2b (and what it shares with 4.2a), 4.3 and 5.2."""


def written() -> str:
    """The page with the checks as they are."""
    sources = "\n\n".join(inspect.getsource(check) for check in CHECKS)
    return with_block(PAGE.read_text("utf-8"), "checks", f"```python\n{sources}```\n")


if __name__ == "__main__":
    PAGE.write_text(written(), "utf-8")
