"""Whether code is there: with its question, and in the appendix as it was handed in."""

import io
import re
import textwrap
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from grader.handed_in_report.outcome import Found, cannot_tell, missing, there
from grader.handed_in_report.sections import Report
from grader.listing import Listing

FUNCTIONS = {
    "quantized_weights": ("2.1", r"scale=2\.5"),
    "quantize_initial_input": ("4.2", r"return1\.0"),
    "quantize_activations": ("4.2", r"return1\.0"),
    "forward": ("4.3", r"returntorch\.zeros\(len\(x\),10\)"),
    "quantized_bias": ("5.2", r"scale=2\.5|return\(?bias\*2\.5"),
}
"""Each with its part, and with what stands in its blank."""
PLACES = {
    "quantized_weights": "quantized_weights",
    "quantize_initial_input": "NetQuantized.quantize_initial_input",
    "quantize_activations": "NetQuantized.quantize_activations",
    "forward": "NetQuantized.forward",
    "quantized_bias": "NetQuantizedWithBias.quantized_bias",
}
"""How a submission's listings call each."""
GIVEN = ("class Net", "def train", "def test")
"""Of the template's own code, which the appendix has, too."""
MOST_LINES = 80
"""Of one function."""
MOST_TIMES = 50
"""Of one function that are looked at: a report has two."""
ENDS = re.compile(r"^(?:def|class|@)\b|^In ?\[\d*\]")


def sample(report: Report, name: str) -> Found:
    """Whether the code of a function stands with its question."""
    part, blank = FUNCTIONS[name]
    found = list(islice(_definitions(report.body, name), MOST_TIMES))
    if any(not re.search(blank, text) for text in found):
        return there()
    if found:
        return missing("it is as the template has it")
    sections = report.of(part[0], part)
    if any(each.illegible for each in sections):
        return cannot_tell("a page there has no text; a person has to look")
    if any(not figure.plots for each in sections for figure in each.figures):
        return cannot_tell("no text is this code; it may be in a picture")
    appendix = report.appendix is not None and any(_definitions(report.appendix.lines, name))
    return missing(f"only in the appendix, not under {part}" if appendix else "no such code")


def _definitions(lines: Sequence[str], name: str) -> Iterator[str]:
    """Yield the text of each function of a name, without spaces."""
    begins = re.compile(rf"def\s*{name}\s*\(")
    for number, line in enumerate(lines):
        if not begins.search(line):
            continue
        kept = [line]
        for after in lines[number + 1 : number + MOST_LINES]:
            if ENDS.search(after):
                break
            kept.append(after)
        text = squeezed(kept)
        if name != "forward" or "scale" in text or "torch.zeros(len(x)" in text:
            yield text


def appendix(report: Report) -> Found:
    """Whether an appendix has the whole code."""
    if report.appendix is None:
        if not _lacks(report.body):
            return cannot_tell("the whole code stands in the report, but nothing is an Appendix")
        return missing("nothing is headed Appendix")
    lacks = _lacks(report.appendix.lines)
    if not lacks:
        return there()
    if report.appendix.illegible or any(not each.plots for each in report.appendix.figures):
        return cannot_tell(f"no text of it is {', '.join(lacks)}; a person has to look")
    return missing(f"without {', '.join(lacks)}")


def _lacks(lines: Sequence[str]) -> list[str]:
    text = squeezed(lines)
    lacks = [each for each in GIVEN if f"{squeezed([each])}(" not in text]
    return lacks + [name for name in FUNCTIONS if f"def{name}(" not in text]


def compared(report: Report, listings: Mapping[str, Listing], name: str) -> Found | None:
    """Whether the appendix has a function as it was handed in; None: it was not handed in."""
    listing = listings.get(PLACES[name])
    if listing is None:
        return None
    lines = report.appendix.lines if report.appendix is not None else report.body
    text = squeezed(lines)
    if f"def{name}(" not in text:
        illegible = report.appendix is not None and report.appendix.illegible
        return cannot_tell("a page there has no text") if illegible else missing("not there")
    wanted = [squeezed([line]) for line in without_comments(listing.lines)]
    begins = islice(re.finditer(f"def{name}", text), MOST_TIMES)
    if any(_follow(text[found.start() :], wanted) for found in begins):
        return there("the same")
    return cannot_tell("differs from the notebook: an older version, or changed by the PDF")


def _follow(text: str, lines: Sequence[str]) -> bool:
    """Whether lines stand in a text in their order, one near the other."""
    place = 0
    for number, line in enumerate(line for line in lines if not line.startswith("@")):
        found = text.find(line, place)
        if found < 0 or found - place > (600 if number else 0):
            return False
        place = found + len(line)
    return True


def without_comments(lines: Sequence[str]) -> list[str]:
    """The lines of code that hold more than a comment."""
    code = textwrap.dedent("\n".join(lines))
    kept = code.splitlines()
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                kept[row - 1] = kept[row - 1][:column]
    except (tokenize.TokenError, SyntaxError):  # cut off in the middle
        return [line for line in kept if line.strip()]
    return [line for line in kept if line.strip()]


def squeezed(lines: Sequence[str]) -> str:
    """Text without spaces and with one kind of quotes, as a PDF cannot change it."""
    return re.sub(r"\s+", "", "".join(lines)).replace("'", '"')
