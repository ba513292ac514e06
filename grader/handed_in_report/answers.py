"""Whether the answers of a question are there: plots, ranges, words, equations and accuracies."""

import re
from collections.abc import Iterable, Sequence

from grader.handed_in_report.outcome import Found, cannot_tell, missing, there
from grader.handed_in_report.sections import Report, Section, prose
from grader.writeup import IN_A_ROW, new_words

LAYERS = ("conv1", "conv2", "fc1", "fc2", "fc3")
FEWEST_CHARACTERS = 40
"""Of words that say something."""
NUMBER = re.compile(r"(?<![\w.])-?(?:\d+\.\d*|\.\d+|\d+)(?:e[+-]?\d+)?(?!\w)", re.I)
PERCENT = re.compile(r"(?<![\w.])(?P<value>\d{1,3}(?:\.\d{1,6})?)\s*(?:%|percent\b)", re.I)
OF_ACCURACY = re.compile(
    r"accura\w{0,9}[^\d%]{0,60}?(?P<value>(?:0?\.\d{2,6}|\d{1,3}\.\d{1,6}))(?![\w.])", re.I
)
"""An accuracy without a sign of percent."""
PREFERENCE = re.compile(
    r"\b(?:prefer\w*|choose|chose|would (?:use|take|pick|go)|take|use|better|best|pick|favou?r)\b",
    re.I,
)
RANGE = re.compile(r"3\s*-?\s*(?:sigma|σ)|three[- ]sigma|\brange\b|max(?:imum)?\b|min\b", re.I)
REASON = re.compile(
    r"\b(?:because|since|so that|so|as|therefore|thus|balance|precis\w+|outlier\w*|clip\w*|clamp\w*"
    r"|resolution|tail\w*|waste\w*|steps?)\b",
    re.I,
)
SCALE = re.compile(r"n(?:w|in|out|i|o)|s(?:w|in|out)|scale")
"""Of an equation without its signs."""
FIRST = re.compile(r"(?:conv|w|out|o|l|layer)1")
SECOND = re.compile(r"(?:conv|w|out|o|l|layer)2")
BIAS = re.compile(r"β|beta|bias|b(?![a-z])")
LEFT_SIDE = 160
"""Characters of an equation up to its sign that are looked at."""
EMPTY = re.compile(r"^(?P<name>Q[45]_1[AB]?) = [\"']{2}\s*$", re.M)
PICTURE = "may be in a picture; a person has to look"


def plots(report: Report, question: str, wanted: int) -> Found:
    """Whether a question has so many histograms."""
    sections = report.of(question)
    figures = [figure for each in sections for figure in each.figures]
    known = sum(figure.plots for figure in figures)
    if known >= wanted:
        return there()
    if any(not figure.plots for figure in figures):
        seen = f"{known} plots and " if known else ""
        unknown = sum(not figure.plots for figure in figures)
        many = f"{unknown} picture{'s' if unknown > 1 else ''}"
        return cannot_tell(f"{seen}{many} of which nothing tells what they show, of {wanted}")
    return missing(f"{known or 'no'} plots of {wanted}")


def observations(report: Report, part: str) -> Found:
    """Whether something is said of the plots."""
    sections = report.of(part[0], part)
    if len(_own_words(sections)) >= FEWEST_CHARACTERS:
        return there()
    return _not_there(sections, f"no words of your own under {_where(sections, part)}")


def ranges(report: Report, part: str, names: Sequence[str]) -> Found:
    """Whether a range and a 3-sigma range of each layer stand there as numbers."""
    sections = report.of(part[0], part)
    lines = [line for each in sections for line in each.lines]
    without = [name for name in names if not _has_ranges(name, lines, names)]
    if not without:
        return there()
    few = f"no two numbers beside {', '.join(without)}" if len(without) < len(names) else "none"
    return _not_there(sections, few)


def _has_ranges(name: str, lines: Sequence[str], names: Sequence[str]) -> bool:
    """Whether two numbers follow a name before the next one, or its two ranges stand apart."""
    count = 0
    others = _of_any(other for other in names if other != name)
    here = _of_any([name])
    for number, line in enumerate(lines):
        found = here.search(line)
        if found is None:
            continue
        after = line[found.end() :]
        for next_line in lines[number + 1 : number + 5]:  # the cells of a table, one a line
            if others.search(next_line) or re.search(r"[^\W\d_]{4}", next_line):
                break
            after += f" {next_line}"
        cut = others.search(after)
        count += len(NUMBER.findall(after[: cut.start()] if cut else after))
    return count >= 2


def _of_any(names: Iterable[str]) -> re.Pattern[str]:
    spellings = []
    for name in names:
        letters, digits = re.sub(r"\d", "", name), re.sub(r"\D", "", name)
        if name == "input":
            spellings.append(r"inputs?(?: images?| activations?)?|images?|pixels")
        else:
            long = {"conv": "conv(?:olution(?:al)?)?(?: layer)?", "fc": "fc|fully[- ]connected"}
            spellings.append(rf"(?:{long[letters]})[ _]?{digits}")
    return re.compile(rf"\b(?:{'|'.join(spellings)})\b(?![ _]*\()", re.I)


def values_beside(name: str, lines: Sequence[str]) -> list[str]:
    """All numbers that stand beside a layer, up to the next one."""
    names = ("input", *LAYERS)
    others, found = _of_any(other for other in names if other != name), list[str]()
    here = _of_any([name])
    for number, line in enumerate(lines):
        if (start := here.search(line)) is not None:
            after = " ".join([line[start.end() :], *lines[number + 1 : number + 5]])
            cut = others.search(after)
            found += NUMBER.findall(after[: cut.start()] if cut else after)
    return found


def preference(report: Report, part: str) -> Found:
    """Whether a preferred range and a reason are there."""
    sections = report.of(part[0], part)
    words = _own_words(sections)
    everything = " ".join(line for each in sections for line in each.lines)
    if PREFERENCE.search(words) and RANGE.search(everything):
        if REASON.search(words):
            return there()
        return cannot_tell("a range is named, but no word says that a reason follows")
    if len(words) >= FEWEST_CHARACTERS:
        return cannot_tell("there are words, but none of those with which one prefers a range")
    return _not_there(sections, f"no words of your own under {_where(sections, part)}")


def equation(report: Report, part: str) -> Found:
    """Whether the equation of 4.1 (a) or (b), or of 5.1, is there."""
    sections = report.of(part[0], part[:3])
    lines = [line for each in sections for line in each.lines]
    sides = _left_sides(lines)
    found = {
        "4.1a": [side for side in sides if FIRST.search(side) and not SECOND.search(side)],
        "4.1b": [side for side in sides if SECOND.search(side)],
        "5.1": [side for side in sides if BIAS.search(side)],
    }
    if found[part]:
        return there()
    name = f"Q{part[0]}_1{part[3:].upper()}"
    if any(empty["name"] == name for line in lines if (empty := EMPTY.match(line))):
        return missing(f"{name} is empty")
    other = any(found[each] for each in found if each[0] == part[0])
    if not other and len(_own_words(sections)) >= FEWEST_CHARACTERS:
        return cannot_tell("there are words, but no line is recognised as this equation")
    return _not_there(sections, f"no such equation under {_where(sections, part[:3])}")


def _left_sides(lines: Iterable[str]) -> list[str]:
    """What stands to the left of each sign of equality in formulas with scales, without signs.

    Indices stand on lines of their own in many PDFs, so all formulas are read as one.
    """
    formulas = "".join(line for line in lines if _is_formula(line))
    plain = re.sub(r"[^a-zβ0-9=]", "", re.sub(r"\\beta", "β", formulas.lower()))
    sides = [side[-LEFT_SIDE:] for side in plain.split("=")[:-1]]
    return [side for side in sides if SCALE.search(side)]


def _is_formula(line: str) -> bool:
    """Whether a line is neither a sentence nor the lab's."""
    long = [word for word in re.findall(r"[^\W\d_]{4,}", line) if not _SIGN.match(word)]
    words = re.findall(r"\w+", line)
    own = len(words) <= IN_A_ROW or 2 * len(new_words(line).split()) >= len(words)
    return len(long) <= 2 and own


_SIGN = re.compile(r"(?:n?(?:w|in|out)?(?:conv|out|in)+|beta|bias|quant\w*)$", re.I)


def accuracies(report: Report, part: str, wanted: int) -> Found:
    """Whether so many accuracies stand there."""
    sections = report.of(part[0]) if wanted > 1 else report.of(part[0], part)
    lines = " ".join(prose(line for each in sections for line in each.lines))
    count = max(len(PERCENT.findall(lines)), len(OF_ACCURACY.findall(lines)))
    if count >= wanted:
        return there()
    seen = f"{count} of {wanted} accuracies" if count else "no accuracy"
    return _not_there(sections, f"{seen} under {_where(sections, part)}")


def percents(lines: Iterable[str]) -> list[str]:
    """The percentages in lines that are no code."""
    return PERCENT.findall(" ".join(prose(lines)))


def _own_words(sections: Iterable[Section]) -> str:
    """The words of sections that are neither code nor the lab's."""
    lines = (line for each in sections for line in prose(each.lines))
    return new_words(" ".join(line for line in lines if len(re.findall(r"[^\W\d_]{2}", line)) > 3))


def _where(sections: Sequence[Section], part: str) -> str:
    return part if any(each.part == part for each in sections) else f"Question {part[0]}"


def _not_there(sections: Sequence[Section], note: str) -> Found:
    """It is missing, if all of what stands there is text."""
    if not sections:
        return missing("nothing is headed by its question")
    if any(each.illegible for each in sections):
        return cannot_tell("a page there has no text; a person has to look")
    if any(not figure.plots for each in sections for figure in each.figures):
        return cannot_tell(f"{note}; it {PICTURE}")
    return missing(note)
