"""Writes the kit: a wheel, and a zip of it with the template and what to do with them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader import __version__
from grader.checks import CHECKS, QUESTIONS
from grader.errors import GraderError, UsageError
from grader.grade import checks
from grader.kit import contents
from grader.kit.made_public import make
from grader.kit.wheel import file_name, wheel
from grader.platforms.zips import write_zip
from grader.rubric import Rubric, load_rubric
from grader.template import CHECKOUT, generated, read_reference
from grader.writeup import REPORT_CHECKS

ZIP = "lab1_kit.zip"
OF_THE_GRADER = (
    (
        "from grader.self_check.notebook import check",
        f"from {contents.PACKAGE}.self_check.notebook import check",
    ),
    (
        "check needs the grader: start Jupyter with PYTHONPATH set to the grader's folder.",
        "check needs the kit: install its wheel with pip, and start the kernel again.",
    ),
)
"""What the template says of where it is checked, and what it says in the kit."""

README = """\
# The kit of EE 290-2, Lab 1

It checks your work where you work, needs no network for it, and holds no answers. What it says is
no grade.

    python -m pip install {wheel}
    lab-kit template --output lab1        # the lab with its blanks; it is in this folder, too
    lab-kit check lab1/lab1.ipynb
    lab-kit --help

pip takes torch from the package index where you have none. If you want a build without CUDA,
install that first.
"""


@dataclass(frozen=True)
class Written:
    """What was written."""

    wheel: Path
    zip: Path


def write_kit(folder: Path, course: Path | None = None) -> Written:
    """Write the wheel and the zip.

    Args:
        folder: where they go.
        course: the course's own rubric: what it holds back is not in the kit, and what it tolerates
            is tolerated there.

    Raises:
        UsageError: the rubric cannot be opened, this is no whole checkout, or the folder cannot be
            written to.
        GraderError: the kit cannot be made.
    """
    rubric = load_rubric(course).covering(checks())
    template = {name: text.encode() for name, text in _template().items()}
    name = file_name(__version__)
    readme = README.format(wheel=name)
    try:
        folder.mkdir(parents=True, exist_ok=True)  # before anything that takes long
        members = dict(_members(template, rubric))
        licence = (CHECKOUT / "LICENSE").read_bytes()
        data = wheel(members, __version__, licence, readme)
        (folder / name).write_bytes(data)
        files = {**template, name: data, "README.md": readme.encode(), "LICENSE": licence}
        write_zip(folder / ZIP, files.items())
    except OSError as error:
        # What safetensors raises has a text alone.
        told = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise UsageError(
            f"{told}; make the kit in a checkout, into a folder to write to"
        ) from error
    return Written(folder / name, folder / ZIP)


def _template() -> dict[str, str]:
    """The template, which finds its checks in the kit.

    Raises:
        UsageError: the reference is not here.
        GraderError: the template does not say what is to be replaced.
    """
    reference = read_reference()
    for old, new in OF_THE_GRADER:
        if old not in reference:
            raise GraderError(f"the reference no longer says {old!r}: see what the kit replaces")
        reference = reference.replace(old, new)
    return generated(reference)


def _members(template: dict[str, bytes], rubric: Rubric) -> Iterator[tuple[str, bytes]]:
    """Every file that is installed, by its path."""
    for path, source in contents.modules().items():
        yield f"{contents.PACKAGE}/{path}", source.encode()
    for path, data in contents.data():
        yield f"{contents.PACKAGE}/{path}", data
    for path, data in template.items():
        yield f"{contents.PACKAGE}/template/{path}", data
    yield "lab_kit_pytest.py", (contents.OWN / "lab_kit_pytest.py").read_bytes()
    yield f"{contents.PACKAGE}/rubric.toml", _rubric(rubric)
    with tempfile.TemporaryDirectory() as scratch:
        public = Path(scratch, "public")
        make(public, rubric)
        for file in sorted(public.iterdir()):
            yield f"{contents.PACKAGE}/public/{file.name}", file.read_bytes()


def verified() -> list[str]:
    """The checks that a kit can have: of Questions 1 to 5, and not held back by the rubric."""
    rubric = load_rubric()
    asked = {each.number for each in QUESTIONS if not each.challenge and not each.optional}
    return [
        check.name
        for check in CHECKS
        if check.question in asked and rubric.checks[check.name].visibility == "visible"
    ]


def _rubric(rubric: Rubric) -> bytes:
    """The rubric of the kit: the course's, as far as its checks go; what that hides is not done."""
    # No report is read: its checks have no points, as in the house's own.
    worth = {name: rubric.checks[name] for name in [*verified(), *REPORT_CHECKS]}
    done = [each for each in worth.values() if each.enabled and each.visibility == "visible"]
    lines = [f"total = {sum(each.points for each in done):g}", "", "[thresholds]"]
    thresholds = msgspec.to_builtins(rubric.thresholds)
    lines += [f"{name} = {float(value)!r}" for name, value in thresholds.items()]
    for name, each in worth.items():
        lines += ["", f'[checks."{name}"]', f"points = {each.points:g}"]
        lines += [] if each in done else ["enabled = false"]
    head = "# As far as the kit goes, what the rubric of the course says.\n\n"
    return (head + "\n".join(lines) + "\n").encode()
