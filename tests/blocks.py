"""Parts of a page that a command writes: what stands between `NAME: begin` and `NAME: end`."""


def with_block(page: str, name: str, content: str) -> str:
    """The page with this content in the block of this name.

    Raises:
        ValueError: the page has no such block.
    """
    begin, end = (f"<!-- {name}: {edge} -->\n" for edge in ("begin", "end"))
    before, _, rest = page.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"the page has no block {name}")
    return f"{before}{begin}\n{content}\n{end}{after}"
