"""What the kit is made of: the house's own modules, as far as its own need them.

Beginning with what is started by name, every module that is imported is taken along. A module for
which `grader/kit/own` has a file of the same name is changed by it, or replaced.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.errors import GraderError, UsageError
from grader.kit.overlay import overlaid, required

CHECKOUT = Path(__file__).resolve().parents[2]
HOUSE = CHECKOUT / "grader"
OWN = HOUSE / "kit" / "own"
PACKAGE = "lab_kit"
"""A name of its own: where both are installed, neither is taken for the other."""

STARTED = (
    "lab_kit",
    "lab_kit.__main__",
    "lab_kit.self_check.notebook",
    "lab_kit.self_check.pytest_plugin",
    "lab_kit.submission.reader",
)
"""Modules that somebody starts or imports by name."""

REPLACED = frozenset(
    {
        *("__main__.py", "cli/__init__.py", "sandbox/outside/wall.py"),
        *("exam/__init__.py", "exam/default.py", "checks/__init__.py", "checks/equations.py"),
        *("misconceptions/__init__.py", "misconceptions/scales.py"),
    }
)
"""Modules of the house of which the kit has nothing but the name."""

RENAMED = {"oracle": "given"}
"""What is left of the oracle is what the lab gives: the products of a layer."""

LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    "checks/activations.py": (
        *("any_activations", "_powers_of_two", "_enlarged", "_without_scales", "SPARED_BY"),
        *("_farthest", "_chosen", "_off", "ALMOST", "ALMOST_ALL"),
        *("_drawn", "_require_range_used_in_flow"),
    ),
    "checks/accuracy.py": ("_by_forward", "_chosen", "_correct_for", "_known_to_oracle"),
    "checks/bias.py": ("SPARED_BY",),
    "checks/context.py": ("Context.correct_for",),
    "checks/forward.py": ("SPARED_BY",),
    "checks/illustrations.py": (
        *("WIDEST_CLIP", "STEPS", "of_equation", "_terms", "_term", "_differences", "_nearest"),
    ),
    "checks/input_scale.py": ("BRIGHT", "SOME", "any_pixels"),
    "checks/probe_nets.py": (
        *("FULL", "FEW", "LITTLE", "SPARED_BY", "power_of_two", "float32", "unsaturated"),
        *("_rescaled", "saturated", "hardly_saturated", "small_integers", "quarter_pixels"),
        *("with_ties", "overflowing", "probe_nets", "_with_wide_sums", "_called", "_filling"),
        *("_large_and_small", "_whole_pixels", "_fitting", "_same_in_windows", "_one_a_window"),
        "_pass_through",
    ),
    "checks/probes.py": ("light_tailed", "two_sided", "one_sided", "SLACK", "WORDS", "_magnitude"),
    "checks/ranges.py": ("sigma_of", "QUANTITIES"),
    "checks/scales.py": ("KINDS", "DARK", "drawn", "after_dark"),
    "checks/weights.py": ("any_tensor",),
    "oracle.py": (
        *("requantize", "float_forward", "_shifts", "scale_product", "widest_scale", "quantize"),
        *("Integers", "MULTIPLIER_BITS", "FEWEST_BITS", "MOST_BITS", "is_power_of_two", "bounds"),
        *("multiplier_of", "rescale", "integer_forward", "quantize_to", "weight_bytes"),
        *("exact_in_float32", "QuantizedNet.products", "CHUNK"),
    ),
}
"""What computes an answer, draws a probe that is held back, or says why a probe is there."""

SUBSTITUTED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "versions.py": (('"quantization-grader"', '"lab-kit"'), ('"grader"', '"lab_kit"')),
    "writeup.py": (('parents[1] / "student_template"', 'parent / "template"'),),
}
"""Text that means another thing in the kit."""

NEEDED_BY = "NEEDED_BY"
"""Says of a probe which wrong submission it is for: for the house's own tests."""

DATA = ("report/html/*.jinja", "report/html/*.css")


def modules() -> dict[str, str]:
    """The source of each module, by its path in the package.

    Raises:
        UsageError: this is no checkout.
        GraderError: what the kit leaves out or changes is no longer there.
    """
    if not OWN.is_dir():
        raise UsageError(f"{OWN} is not here: a kit is made in a checkout")
    found: dict[str, str] = {}
    inside = (path.stem for path in sorted((HOUSE / "sandbox" / "inside").glob("*.py")))
    pending = [*STARTED, *(f"{PACKAGE}.sandbox.inside.{name}" for name in inside)]
    while pending:
        name = pending.pop()
        path = _path_of(name)
        if path is None or path in found:
            continue
        found[path] = _source(path)
        pending += [name.rpartition(".")[0], *_imports(found[path])]
    return dict(sorted(found.items()))


def data() -> Iterator[tuple[str, bytes]]:
    """Files of the house that its modules read, by their path in the package."""
    for pattern in DATA:
        for path in sorted(HOUSE.glob(pattern)):
            yield path.relative_to(HOUSE).as_posix(), path.read_bytes()


def _path_of(name: str) -> str | None:
    """Where a module of the kit lies; None for what is none, such as a name within one."""
    parts = name.split(".")[1:]
    if name.partition(".")[0] != PACKAGE:
        return None
    for path in ("/".join([*parts, "__init__.py"]), "/".join(parts) + ".py"):
        if any((root / _in_house(path)).is_file() for root in (OWN, HOUSE)):
            return path
    return None


def _in_house(path: str) -> str:
    """What a module is called in the house."""
    for house, kit in RENAMED.items():
        if path == f"{kit}.py":
            return f"{house}.py"
    return path


def _source(path: str) -> str:
    """The source of a module of the kit."""
    path = _in_house(path)
    own = _text(OWN / path)
    house = _text(HOUSE / path)
    left_out = LEFT_OUT.get(path, ())
    required(path, house, left_out)
    if own and (path in REPLACED or not house):
        source = own
    elif own or left_out:
        # A probe's reasons name submissions of the corpora, which the kit does not have.
        reasons = [NEEDED_BY] * (NEEDED_BY in house)
        source = overlaid(house, own, [*left_out, *reasons])
    else:
        source = house
    for old, new in SUBSTITUTED.get(path, ()):
        if old not in source:
            raise GraderError(f"{path}: there is no {old!r} any more: see SUBSTITUTED")
        source = source.replace(old, new)
    return _renamed(source)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _renamed(source: str) -> str:
    """The source under the kit's name; its imports from the module itself are gone before."""
    source = source.replace("grader.kit.own", PACKAGE)
    source = re.sub(r"(?<![.\w])grader(?=\.[a-z_])", PACKAGE, source)
    source = re.sub(r"(?m)^(\s*)from grader import", rf"\1from {PACKAGE} import", source)
    source = source.replace("python -m grader", f"python -m {PACKAGE}")
    for house, kit in RENAMED.items():
        source = re.sub(rf"\b{PACKAGE}\.{house}\b", f"{PACKAGE}.{kit}", source)
    return source


def _imports(source: str) -> Iterator[str]:
    """The modules of the kit that a source imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
