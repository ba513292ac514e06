"""`python -m grader explain`: what a check judged, and a script that shows it again at home."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.cli import run
from grader.grade import Terms
from grader.regrade.calls import Call
from grader.regrade.explain import Explanation, explained
from grader.regrade.page import page
from grader.sandbox.outside.wall import Wall
from grader.template import CHECKOUT
from grader.validation.composition import planted
from tests.browser import Browser, open_browser

PLAIN = (CHECKOUT / "tests" / "bases" / "plain.py").read_text(encoding="utf-8")
Body = str | Callable[[str], str]
STANDS = pytest.mark.usefixtures("wall_stands")


def instead(old: str, new: str) -> Callable[[str], str]:
    """A change of a function's body."""

    def changed(body: str) -> str:
        assert old in body
        return body.replace(old, new)

    return changed


WRONG: dict[str, dict[str, Body]] = {
    "weights.rounding": {"quantized_weights": instead(".round()", ".trunc()")},
    "activations.product": {
        "NetQuantized.quantize_activations": instead("w_scale * out_scale", "w_scale")
    },
    "forward.rounding": {
        "NetQuantized.forward": instead(
            "(x * self.conv2.output_scale).round()", "(x * self.conv2.output_scale).trunc()"
        )
    },
    "bias.product": {"NetQuantizedWithBias.quantized_bias": instead("n_w * n_i", "n_i")},
    "quantized.accuracy": {"NetQuantized.__init__": instead("preceding.append", "(lambda _: 0)")},
    "equations.conv1": {"Q4_1A": "n_W_conv1 * W_conv1 * n_In * In = n_In * Out_conv1"},
}
"""A mistake for each check, which that check finds."""


class Explained:
    """Submissions explained behind the wall of all tests, each as `lab1.py` in a folder."""

    def __init__(self, wall: Wall, terms: Terms, folder: Path) -> None:
        self._wall, self._terms, self.folder = wall, terms, folder

    def of(self, check: str, source: str, name: str = "lab1.py") -> Explanation:
        path = self.folder / name
        path.write_text(source, encoding="utf-8")
        return explained(self._wall, path, check, self._terms, lambda _: None)

    def wrong(self, check: str) -> Explanation:
        return self.of(check, planted(PLAIN, WRONG[check]))


@pytest.fixture
def explaining(wall: Wall, terms: Terms, tmp_path: Path) -> Explained:
    return Explained(wall, terms, tmp_path)


def call_of(found: Explanation) -> Call:
    """The call that the verdict speaks of."""
    assert found.entry.status == "failed"
    assert found.judged is not None
    assert found.judged.shown is not None
    assert found.judged.shown.fails
    return found.judged.shown


def replay(found: Explanation, folder: Path) -> str:
    """Write the script as the command does, and run it where there is no grader."""
    from grader.cli import regrade

    script = folder / "replay.py"
    made = regrade._script(found, script)
    assert made is not None, found.replay.why_not
    regrade._write(found, made, None, None, script)
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(folder)!r})\n"]
    command[-1] += "exec(compile(open('replay.py').read(), 'replay.py', 'exec'))"
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


NUMBERS = r"got (\S+), right is (\S+)"


def shown_at(printed: str, at: str) -> tuple[float, float]:
    """What came at an element, and what is right there."""
    found = re.search(rf"{re.escape(at)}: {NUMBERS}$", printed, re.MULTILINE)
    assert found is not None, printed
    return float(found[1]), float(found[2])


def test_a_badly_rounded_weight_is_rounded_badly_at_home(explaining: Explained) -> None:
    found = explaining.wrong("weights.rounding")
    call = call_of(found)
    told = found.entry.verdict.actual
    element, became = re.search(r"element (\[.*?\]) .* became (\S+) ", told).groups()
    assert told.startswith(f"{call.name}:")
    at = tuple(json.loads(element))
    assert call.claimed["integers"][at] == float(became)
    assert call.expected["integers"][at] == float(found.entry.verdict.expected)
    printed = replay(found, explaining.folder)
    assert shown_at(printed, element) == (float(became), float(found.entry.verdict.expected))


@pytest.mark.rest
def test_a_wrong_product_is_seen_beside_the_call_with_ones(explaining: Explained) -> None:
    found = explaining.wrong("activations.product")
    call = call_of(found)
    told = found.entry.verdict.actual
    ratio = float(re.search(r"by a factor (\S+) against", told)[1])
    assert told.startswith(call.name)
    assert call.beside is not None
    assert call.claimed["scale"] / call.beside.claimed["scale"] == pytest.approx(ratio, rel=1e-5)
    printed = replay(found, explaining.folder)
    over = float(re.search(r"over the scale before: (\S+)", printed)[1])
    right = float(re.search(r"right is: (\S+)", printed)[1])
    assert over == pytest.approx(ratio, rel=1e-5)
    assert right == pytest.approx(float(found.entry.verdict.expected), rel=1e-5)


@pytest.mark.rest
def test_a_wrong_stage_of_forward_is_wrong_at_home(explaining: Explained) -> None:
    found = explaining.wrong("forward.rounding")
    told = found.entry.verdict.actual
    image, element, became = re.search(
        r"after conv2, image (\d+), element (\[.*?\]): .* became (\S+) ", told
    ).groups()
    at = f"[{image}, {element[1:]}"
    printed = replay(found, explaining.folder)
    part = printed[printed.index("into fc1") :]
    assert shown_at(part, at) == (float(became), float(found.entry.verdict.expected))
    assert "into conv1: 0 of" in printed
    assert "into conv2: 0 of" in printed


@pytest.mark.rest
def test_a_wrong_bias_is_wrong_at_home(explaining: Explained) -> None:
    found = explaining.wrong("bias.product")
    told = found.entry.verdict.actual
    element, became = re.search(r"element (\d+), .* and became (\S+) ", told).groups()
    call = call_of(found)
    assert call.claimed["integers"][int(element)] == float(became)
    printed = replay(found, explaining.folder)
    assert shown_at(printed, f"[{element}]") == (float(became), float(found.entry.verdict.expected))


@pytest.mark.rest
def test_a_lost_accuracy_shows_in_classes_that_need_no_labels(explaining: Explained) -> None:
    found = explaining.wrong("quantized.accuracy")
    call = call_of(found)
    other = int(re.match(r"(\d+) of 300 images", call.remark)[1])
    assert other > 10
    printed = replay(found, explaining.folder)
    assert call.remark in printed
    assert "outputs: 0 of 3000 values" in printed  # forward does what its integers and scales say
    assert found.judged.worked_out
    arrays = np.load(explaining.folder / "replay.npz")
    assert not any("label" in name for name in arrays.files)


@pytest.mark.rest
def test_a_wrong_equation_has_sides_that_differ(explaining: Explained) -> None:
    found = explaining.wrong("equations.conv1")
    assert call_of(found).claimed == {"result": WRONG["equations.conv1"]["Q4_1A"]}
    printed = replay(found, explaining.folder)
    assert WRONG["equations.conv1"]["Q4_1A"] in printed
    values = [int(value) for value in re.findall(r"= (\d+)$", printed, re.MULTILINE)]
    assert len(values) == 2
    assert values[0] != values[1]
    assert not (explaining.folder / "replay.npz").exists()


@pytest.mark.rest
def test_what_raises_raises_at_home_and_no_word_of_it_becomes_code(explaining: Explained) -> None:
    evil = '"""\nimport os  # \u2028\r' + "print(6 * 7)\x0c#"
    body = f"raise ValueError({evil!r})"
    found = explaining.of("input_scale.form", planted(PLAIN, {INPUT: body}))
    printed = replay(found, explaining.folder)
    assert "ValueError" in printed
    assert "42" not in printed
    script = (explaining.folder / "replay.py").read_text(encoding="utf-8")
    assert all(line.startswith("#") for line in script.splitlines() if "6 * 7" in line)


INPUT = "NetQuantized.quantize_initial_input"
KEEPS = """
global kept
kept = globals().get("kept") or 127 / weights.abs().max().item()
return torch.clamp((weights * kept).round(), min=-128, max=127), kept
"""


@pytest.mark.rest
def test_code_that_keeps_something_is_asked_what_it_was_asked_before(
    explaining: Explained,
) -> None:
    found = explaining.of("weights.repeatable", planted(PLAIN, {"quantized_weights": KEEPS}))
    assert len(found.replay.sequence) > 1
    call = call_of(found)
    printed = replay(found, explaining.folder)
    scale = float(re.search(rf"^scale: {NUMBERS}$", printed, re.MULTILINE)[1])
    assert scale == pytest.approx(float(call.claimed["scale"]))


@pytest.mark.rest
def test_code_that_draws_by_chance_has_no_script(explaining: Explained) -> None:
    body = "import os\nreturn 127 / float(np.abs(pixels).max()) * (1 + os.urandom(1)[0])"
    found = explaining.of("input_scale.range_used", planted(PLAIN, {INPUT: body}))
    assert found.replay.sequence == ()
    assert "by chance" in found.replay.why_not


CLIPPED = instead("weights.abs().max()", "weights.max()")


def test_a_check_that_is_held_back_shows_staff_its_arrays_and_writes_no_script(
    explaining: Explained,
) -> None:
    found = explaining.of("weights.any_tensor", planted(PLAIN, {"quantized_weights": CLIPPED}))
    assert "negative" in call_of(found).name
    assert found.replay.sequence == ()
    assert "after_published" in found.replay.why_not


def test_a_check_looks_at_its_own_calls_and_at_no_others(explaining: Explained) -> None:
    found = explaining.of("weights.saturation", PLAIN)
    assert found.entry.status == "passed"
    names = {call.name for call in found.judged.calls}
    assert "a tensor with outliers" in names
    assert {"conv1", "fc3 of the second net"} <= names
    assert not any("asked again" in name or "tiny" in name for name in names)
    assert found.others > 0
    assert all(": 0 of" in call.outcome for call in found.judged.calls)


@pytest.mark.rest
def test_every_call_that_fails_is_told_with_what_is_said_of_it(explaining: Explained) -> None:
    found = explaining.wrong("weights.rounding")
    said = [call.verdict for call in found.judged.calls if call.verdict]
    assert len(said) >= 5
    assert sum(call.fails for call in found.judged.calls) == 1
    for call in found.judged.calls:
        assert not call.verdict or call.verdict.startswith(f"{call.name}:")


@pytest.mark.rest
def test_what_was_measured_stands_beside_its_tolerance(explaining: Explained) -> None:
    found = explaining.of("input_scale.range_used", planted(PLAIN, {INPUT: "return 64.0"}))
    (measured,) = found.measured
    assert measured.tolerance == "excess_noise_db"
    assert measured.value > 0
    assert found.thresholds.excess_noise_db == 7


def test_a_check_that_was_not_reached_says_after_which_one(explaining: Explained) -> None:
    found = explaining.of("weights.rounding", planted(PLAIN, {"quantized_weights": "return 1"}))
    assert found.entry.status == "not reached"
    assert "weights.range_used" in found.entry.verdict.actual
    assert found.judged is None


@pytest.mark.rest
@pytest.mark.parametrize("check", ["integers.multiplier", "biased.forward", "weights.accuracy"])
def test_other_kinds_of_calls_have_scripts_that_run(explaining: Explained, check: str) -> None:
    found = explaining.of(check, PLAIN + MULTIPLIER)
    assert found.entry.status == "passed", found.entry.verdict
    printed = replay(found, explaining.folder)
    assert "Traceback" not in printed, printed


MULTIPLIER = """

def quantize_multiplier(scale):
    import math
    if not 0 < scale < math.inf:
        raise ValueError
    fraction, exponent = math.frexp(scale)
    multiplier = round(fraction * 2**31)
    return (2**30, -exponent - 1) if multiplier == 2**31 else (multiplier, -exponent)
"""


def notebook_of(source: str) -> str:
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1}
    cells = [{**cell, "source": source, "id": "a"}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.rest
def test_a_notebook_s_script_runs_where_its_answers_are_defined(explaining: Explained) -> None:
    source = planted(PLAIN, WRONG["weights.rounding"])
    found = explaining.of("weights.rounding", notebook_of(source), "lab1.ipynb")
    printed = replay(found, explaining.folder)
    assert "%run -i replay.py" in printed
    script = explaining.folder / "replay.py"
    script.write_text(source + script.read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, script]
    done = subprocess.run(command, cwd=script.parent, capture_output=True, text=True, check=True)
    assert re.search(r"integers: [1-9]\d* of", done.stdout)


@STANDS
def test_the_command_shows_all_and_keeps_the_arrays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = planted(PLAIN, WRONG["bias.product"])
    Path("lab1.py").write_text(source, encoding="utf-8")
    files = ["--save", "all.npz", "--html", "page.html", "--script", "replay.py"]
    command = ["explain", "lab1.py", "--check", "bias.product"]
    assert run([*command, *files]) == 0
    shown = capsys.readouterr()
    assert "The call that fails" in shown.out
    assert "What this check looked at" in shown.out
    assert "def quantized_bias" in shown.out
    assert "For the student: replay.py" in shown.err
    with np.load("all.npz") as arrays:
        names = [name for name in arrays.files if name.endswith("/claimed/integers")]
        assert len(names) > 3
        first = names[0].removesuffix("/claimed/integers")
        assert arrays[f"{first}/given/bias"].shape == arrays[f"{first}/right/integers"].shape
        assert arrays[f"{first}/given/ns"].shape == (4, 2)
    page = Path("page.html").read_text(encoding="utf-8")
    assert "bias.product" in page
    assert "<script" not in page
    assert run([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [call["fails"] for call in told["calls"]].count(True) == 1
    assert told["status"] == "failed"
    assert told["diagnosis"]


@STANDS
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--check", "weights.ronding"], "weights.rounding"),
        (["--check", "rounding"], "weights.rounding"),
        (["--check", "notebook.completes"], "grade --run"),
        (["--check", "weights.form", "--script", "lab1.py"], "the submission itself"),
        (["--check", "weights.form", "--script", "a.txt"], "ends in .py"),
        (["--check", "weights.form", "--save", "a.npz", "--script", "a.py"], "--save writes"),
        (["--check", "weights.form", "--save", "no/a.npz"], "--save"),
        (["--check", "powers.exact"], "nothing of C.1 is filled in"),
    ],
)
def test_bad_usage_is_one_clear_line(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lab1.py").write_text("x = 1\n", encoding="utf-8")
    assert run(["explain", "lab1.py", *arguments]) == 2
    told = capsys.readouterr().err.strip()
    assert says in told
    assert len(told.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["lab1.py"]


@STANDS
@pytest.mark.parametrize(
    ("source", "says"),
    [("def f(:", "lab1.py"), ("Q5_1 = ''\n", "quantized_weights is not defined")],
)
def test_what_cannot_be_judged_says_why(
    source: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lab1.py"
    path.write_text(source, encoding="utf-8")
    assert run(["explain", str(path), "--check", "weights.form"]) == 0
    assert says in capsys.readouterr().out


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


CUT = """
[...document.querySelectorAll("body *")].filter((each) =>
  each.closest("pre, .aloud, svg, math, .wide, details:not([open])") === null
  && getComputedStyle(each).display !== "inline"
  && each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0
).map((each) => each.outerHTML.slice(0, 120))
"""
HOSTILE = "</pre><img src=x onerror=alert(1)><script>alert(1)</script>"


@pytest.mark.rest
def test_the_page_in_a_browser(explaining: Explained, browser: Browser) -> None:
    source = planted(PLAIN, WRONG["forward.rounding"])
    source = source.replace("x = torch.flatten", f"# {HOSTILE}\n        x = torch.flatten")
    found = explaining.of("forward.rounding", source)
    found = replace(found, result=replace(found.result, submission=HOSTILE))
    path = explaining.folder / "page.html"
    path.write_text(page(found, f"# {HOSTILE}"), encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<img" not in text
    for scheme, width in (("light", 1000), ("light", 360), ("dark", 360)):
        with browser.page(path, scheme, width) as opened:
            assert opened.errors == []
            assert opened.requests == []
            assert opened.overflow == 0
            assert opened.ask(CUT) == []
            assert opened.violations == ""
            assert opened.ask("document.querySelectorAll('.panel > svg').length") > 0
