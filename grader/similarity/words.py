"""What is said of alike submissions, wherever it is shown."""

from grader.similarity.compare import Found
from grader.similarity.independent import Independent

NAMED = 10
"""Submissions in one line."""
NOTE = (
    "A pair is a reason to read both, and no verdict. It does not say who copied from whom, or"
    " whether anybody did: two may have worked together as the course allows, or followed the same"
    " tutor, forum or tool. And among the many pairs of a large class some are alike by chance.",
    "What counts is how much of the rarer code of the smaller one stands in the other, too: names,"
    " comments, layout, the order of statements, loops written out and helpers put in their place"
    " make little difference. What the template gives counts nothing, and what many write counts"
    " little.",
    "It does not find what was written anew after somebody else's idea, or in other calls"
    " (`x.clamp(...)` for `torch.clamp(x, ...)`), nor a single short function that was copied.",
)
"""What the list can say and what it cannot, in the words of a person who has to decide."""


def figure(known: Independent) -> str:
    """How alike independent solutions are, to hold a pair against."""
    return (
        f"Of {known.solutions} right solutions that were written independently, the two that are"
        f" most alike are {percent(known.most)} alike, by the same measure; nine in ten of their"
        f" {known.pairs} pairs at most {percent(known.tenth)}, half of them at most"
        f" {percent(known.median)}."
    )


def plain(found: Found) -> str:
    """Of which submissions the list can say nothing."""
    names = ", ".join(each.name for each in found.plain[:NAMED])
    more = len(found.plain) - NAMED
    return (
        f"Too plain to be told from anybody's, copied or not: {names}"
        f"{f' and {more} more' if more > 0 else ''}."
    )


def percent(alike: float) -> str:
    """A share, never rounded up to all or to a level that it does not reach."""
    return f"{int(alike * 100 + 1e-9)}\N{NO-BREAK SPACE}%"
