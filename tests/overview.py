"""What a person reads of the overview in a results file, which is HTML."""

import html
import re

TAGS = re.compile(r"</?(?:p|ul|li|pre)>")


def text_of(output: str) -> str:
    """The text, without the tags that there may be; any other tag stays, to be seen."""
    return html.unescape(TAGS.sub("", output))
