"""The student kit, installed as a student has it: what it says, and that it gives nothing away."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sysconfig
import venv
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from grader.cli import run
from grader.exam import build_exam, cache_folder, open_exam
from grader.grade import Terms, checks, grade_in, secrets
from grader.kit import write
from grader.kit.write import Written, write_kit
from grader.result import Result
from grader.rubric import load_rubric
from grader.sandbox.outside import fork
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.wall import Wall
from grader.template import blanked, read_reference
from grader.validation.composition import planted
from grader.validation.corpus import CORRECT, WRONG, whole
from grader.validation.validate import REQUIRED
from tests.front.test_students_path import AS_ASKED, FILLED_BY, solutions

pytestmark = pytest.mark.rest  # it makes an exam, and checks dozens of submissions

SHARED = (
    "weights_clamped_to_64",
    "weights_half_by_sign",
    "weights_128_allowed",
    "weights_scale_kept_while_it_fits",
    "input_first_pixel_only",
    "activations_clipped_to_one_sigma",
    "activations_clears_ns_at_the_end",
    "activations_return_in_loop",
    "product_own_weights_twice",
    "product_empties_ns",
    "bias_scaled_by_weights_only",
    "bias_in_bfloat16",
    "bias_clamped_to_16_bits",
    "bias_never_rounded",
    "bias_never_added",
    "bias_with_all_pairs",
    "forward_cut_by_int",
    "forward_clamp_not_assigned",
    "forward_leaky_relu",
    "forward_image_only_rounded",
    "forward_fc2_with_scale_of_fc1",
    "forward_scales_on_the_class",
    "functional_average_pool",
    "functional_conv2_without_relu",
    "functional_rounded_once",
    "equation_conv1_output_twice",
    "equation_conv2_image_scale_missing",
    "equation_bias_forgotten",
    "constructor_never_fills_the_list",
    "ends_after_question_4_2",
)
"""Of every question some."""
DIFFERENT = {
    "bias_never_added": {
        "biased.accuracy": ("failed", "passed"),
        "biased.forward": ("not reached", "failed"),
    },
}
"""What `check` says first, and what the kit says, where it takes more than verifying: here a last
layer that is not called, so that nobody sees what it was given."""
ALSO_RIGHT = (
    "asserts_few_activations_saturate",
    "asserts_on_the_profile",
    "asserts_outputs_are_scaled_down",
    "batches_of_four_only",
    "bias_asserted_to_fit_32_bits",
    "clipped_to_three_sigma_first",
    "functional_layers",
    "int8_tensors_returned",
    "library_observer_min_max",
    "range_by_the_kind_of_layer",
    "range_percentile_99_9",
    "range_power_of_two_product",
    "range_three_sigma_about_mean",
    "range_max_to_127_5",
    "type_whole_number_scales",
    "type_zero_dim_tensors",
    "weights_clipped_to_3_4_sigma",
)
"""Of sound choices, types and ways to write it some."""

DRIVER = """
import json, sys
from pathlib import Path
from lab_kit.grade import Options, grade_in, standing

with standing(Options(official=False), lambda _: None) as (wall, terms), terms.reader:
    for line in sys.stdin:
        result = grade_in(wall, Path(line.strip()), terms, lambda _: None, lambda _: None)
        said = {entry.check: entry.status for entry in result.entries}
        print(json.dumps([said, list(result.unjudged.values())]), flush=True)
"""


class Kit:
    """A kit that is installed, and nothing of this repository with it."""

    def __init__(self, written: Written, folder: Path) -> None:
        self.written, self.home = written, folder / "home"
        self.home.mkdir()
        place = folder / "environment"
        venv.create(place, with_pip=True)
        self.bin = place / ("Scripts" if os.name == "nt" else "bin")
        (site,) = place.glob("lib/python*/site-packages")
        # What the kit needs is borrowed: torch alone is gigabytes.
        (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
        self.site = site
        install = ["-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
        self.run("python", *install, str(written.wheel))

    def run(
        self, command: str, *arguments: str, given: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """A command of the environment, away from the repository."""
        kept = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8"}
        return subprocess.run(
            [self.bin / command, *arguments],
            cwd=self.home,
            env=kept,
            input=given,
            capture_output=True,
            text=True,
            timeout=900,
        )

    def statuses(self, sources: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """What it says of each check of these submissions."""
        paths = []
        for name, source in sources.items():
            paths.append(self.home / f"{name}.py")
            paths[-1].write_bytes(source.encode())
        done = self.run("python", "-c", DRIVER, given="".join(f"{path}\n" for path in paths))
        assert done.returncode == 0, done.stderr
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert not any(unjudged for _, unjudged in found), found
        return dict(zip(sources, (said for said, _ in found), strict=True))


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    folder = tmp_path_factory.mktemp("kit")
    written = write_kit(folder / "handout")
    return Kit(written, folder)


@pytest.fixture(scope="module")
def reference() -> str:
    return read_reference()


def outcomes(result: Result) -> dict[str, str]:
    return {entry.check: entry.status for entry in result.entries}


def test_it_is_small_and_holds_the_lab(kit: Kit) -> None:
    print(f"{kit.written.wheel.name}: {kit.written.wheel.stat().st_size / 1e6:.2f} MB")
    assert kit.written.wheel.stat().st_size < 12e6
    with zipfile.ZipFile(kit.written.zip) as archive:
        assert {"lab1.py", "lab1.ipynb", "README.md", kit.written.wheel.name} <= set(
            archive.namelist()
        )
        template = archive.read("lab1.ipynb").decode()
    assert "from lab_kit.self_check.notebook import check" in template
    assert "YOUR CODE HERE" in template


def test_the_command_writes_both_and_says_how_large(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(folder: Path, _rubric: object) -> None:
        folder.mkdir()

    monkeypatch.setattr(write, "make", made)
    output = tmp_path / ("out" * 60)
    assert run(["kit", "--output", str(output)]) == 0
    wheel, whole = capsys.readouterr().out.splitlines()
    assert wheel.startswith(f"{output}/ee290_lab1_kit-")
    assert whole.startswith(f"{output}/lab1_kit.zip: ")


def test_the_reference_is_right_and_the_template_blank(kit: Kit, reference: str) -> None:
    said = kit.statuses({"right": reference, "blank": blanked(reference)})
    names = write.verified()
    assert said["right"] == dict.fromkeys(names, "passed")
    assert list(said["blank"]) == names
    about = checks()
    green = {about[name][0] for name, status in said["blank"].items() if status == "passed"}
    assert green <= {"2.2"}  # as here: see the next test
    assert set(said["blank"].values()) <= {"failed", "not reached", "passed"}


def test_with_a_course_s_rubric_it_checks_what_the_course_shows(
    tmp_path: Path, reference: str
) -> None:
    rubric = tmp_path / "rubric.toml"
    points = load_rubric().checks["ranges.three_sigma"].points
    rubric.write_text(
        f"total = {load_rubric().total - points:g}\n"
        '[checks."weights.rounding"]\nvisibility = "hidden"\n'
        '[checks."ranges.three_sigma"]\nenabled = false\n'
        "[thresholds]\naccuracy_limit = 4.5\n",
        encoding="utf-8",
    )
    kit = Kit(write_kit(tmp_path / "handout", rubric), tmp_path)
    said = kit.statuses({"right": reference})["right"]
    gone = {"weights.rounding", "ranges.three_sigma"}
    assert said == dict.fromkeys((name for name in write.verified() if name not in gone), "passed")
    assert "accuracy_limit = 4.5\n" in (kit.site / "lab_kit" / "rubric.toml").read_text("utf-8")


def test_each_answer_turns_its_own_question_green(kit: Kit, reference: str) -> None:
    solved, source, sources = solutions(reference), blanked(reference), {}
    for question in AS_ASKED:
        source = planted(source, {name: solved[name] for name in FILLED_BY[question]})
        sources[question] = source
    about, filled = checks(), set[str]()
    for question, said in kit.statuses(sources).items():
        filled.add(question)
        for number in FILLED_BY:
            right = all(s == "passed" for name, s in said.items() if about[name][0] == number)
            assert right == (number in filled), f"{number} after {question}"


@pytest.mark.parametrize("kind", ["wrong", "right"])
def test_it_says_what_check_says_of_every_check_that_it_has(
    kit: Kit, kind: str, wall: Wall, terms: Terms, tmp_path: Path
) -> None:
    if kind == "wrong":
        sources = {name: whole(WRONG / "solutions" / f"{name}.py") for name in SHARED}
        assert len(sources) >= 20
    else:
        sources = {name: whole(CORRECT / "solutions" / f"{name}.py") for name in ALSO_RIGHT}
    said = kit.statuses(sources)
    required = replace(terms, questions=REQUIRED)
    differences = {}
    for name, source in sources.items():
        path = tmp_path / f"{name}.py"
        path.write_bytes(source.encode())
        here = outcomes(grade_in(wall, path, required, lambda _: None, lambda _: None))
        off = {
            check: (here[check], status)
            for check, status in said[name].items()
            if here[check] != status
        }
        if off:
            differences[name] = off
    assert differences == (DIFFERENT if kind == "wrong" else {})


def test_a_student_gets_words_a_page_and_an_exit_status(kit: Kit, reference: str) -> None:
    wrong = kit.home / "mine.py"
    wrong.write_text(whole(WRONG / "solutions" / "weights_clamped_to_64.py"), "utf-8")
    done = kit.run("lab-kit", "check", "mine.py", "--question", "2.1", "--html", "page.html")
    assert done.returncode == 1, done.stderr
    assert "✗ 2.1" in done.stdout
    assert "Not in the kit" in done.stdout
    assert "<svg" in (kit.home / "page.html").read_text("utf-8")
    right = kit.home / "right.py"
    right.write_text(reference, "utf-8")
    quiet = kit.run("lab-kit", "check", "right.py", "--quiet")
    assert (quiet.returncode, quiet.stdout.strip()) == (0, "Everything is right.")
    assert kit.run("lab-kit", "check", "none.py").returncode == 2
    assert kit.run("lab-kit", "check", "right.py", "--question", "C.1").returncode == 2


def test_it_makes_no_grade(kit: Kit, reference: str) -> None:
    (kit.home / "right.py").write_text(reference, "utf-8")
    done = kit.run("lab-kit", "grade", "right.py")
    assert done.returncode == 2
    assert "no official grade" in done.stderr
    assert not list(kit.home.glob("results*"))
    code = (
        "from pathlib import Path; from lab_kit.grade import *\n"
        "grade(Path('right.py'), Options(), print, print)"
    )
    assert "WallError" in kit.run("python", "-c", code).stderr


def test_the_shell_completes_its_questions(kit: Kit) -> None:
    code = (
        "import os; from lab_kit.cli import run\n"
        "os.environ |= {'_LAB_KIT_COMPLETE': 'complete_bash', 'COMP_CWORD': '3',\n"
        "    'COMP_WORDS': 'lab-kit check --question 4.'}\n"
        "run([])"
    )
    assert kit.run("python", "-c", code).stdout.split() == [
        "4.1a",
        "4.1b",
        "4.2a",
        "4.2b",
        "4.3",
        "4.4",
    ]
    assert "--install-completion" in kit.run("lab-kit", "--help").stdout


def test_a_template_is_written_and_nothing_written_over(kit: Kit) -> None:
    assert kit.run("lab-kit", "template", "--output", "fresh").returncode == 0
    assert "lab_kit.self_check" in (kit.home / "fresh" / "lab1.py").read_text("utf-8")
    again = kit.run("lab-kit", "template", "--output", "fresh")
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_a_notebook_s_cells_are_answered_with_a_card(kit: Kit, reference: str) -> None:
    request = {
        "question": "1.2",
        "cells": [
            "import torch, numpy as np\n" + "def value_range(v): return float(v.max() - v.min())"
        ],
        "memory": [],
        "folder": str(kit.home),
    }
    done = kit.run("python", "-m", "lab_kit", "check-cells", given=json.dumps(request))
    card = json.loads(done.stdout)
    assert not card["passed"]
    assert "three_sigma_range" in card["data"]["text/plain"]
    assert "<" in card["data"]["text/html"]


def test_pytest_has_its_checks_as_tests(kit: Kit, reference: str) -> None:
    (kit.home / "lab.py").write_text(
        whole(WRONG / "solutions" / "weights_clamped_to_64.py"), "utf-8"
    )
    code = (
        # What is borrowed may have the grader's own plugin, which would go first.
        "import importlib.util as u, sys, pytest; found = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'pytest_lab' else found(name, *a)\n"
        "sys.exit(pytest.main(['--lab', 'lab.py', '-k', '2.1', '-p', 'no:cacheprovider',\n"
        "    '-p', 'no:pytest_lab']))"
    )
    done = kit.run("python", "-c", code)
    assert "weights.range_used" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1


def test_where_nothing_can_be_forked_one_process_answers_all(kit: Kit, reference: str) -> None:
    (kit.home / "right.py").write_text(reference, "utf-8")
    code = (
        "import sys; from functools import partial\n"
        "import lab_kit.grade as g; from lab_kit.cli import run\n"
        "g.Wall = partial(g.Wall, spawn=True)\n"
        "sys.exit(run(['check', 'right.py', '--quiet']))"
    )
    done = kit.run("python", "-c", code)
    assert (done.returncode, done.stdout.strip()) == (0, "Everything is right."), done.stderr


HUNT = """
import importlib, inspect, json, pkgutil, sys
import numpy as np
import lab_kit, lab_kit.checks, lab_kit.kit, lab_kit.misconceptions

def numbers(found):
    if isinstance(found, (tuple, list)):
        for each in found:
            yield from numbers(each)
    elif isinstance(found, (int, float, np.number, np.ndarray)) and not isinstance(found, bool):
        yield np.asarray(found, float)

def functions():
    names = ["lab_kit.given", "lab_kit.polynomial", "lab_kit.pictures", "lab_kit.architecture"]
    for package in (lab_kit.checks, lab_kit.kit, lab_kit.misconceptions):
        inside = pkgutil.iter_modules(package.__path__)
        names += [f"{package.__name__}.{each.name}" for each in inside]
    for name in names:
        for _, each in inspect.getmembers(importlib.import_module(name), callable):
            if getattr(each, "__module__", "").startswith("lab_kit."):
                yield each

asked = json.load(sys.stdin)
tried, found = 0, []
for name, (arguments, right) in asked.items():
    arguments = [np.array(each) if isinstance(each, list) and each and not isinstance(each[0], list)
                 else each for each in arguments]
    for function in functions():
        for count in range(1, len(arguments) + 1):
            for order in (arguments[:count], arguments[count - 1 :: -1]):
                tried += 1
                try:
                    with np.errstate(all="ignore"):
                        results = list(numbers(function(*order)))
                except Exception:  # most functions refuse what they are given: that is no answer
                    continue
                for result in results:
                    for each in right:
                        each = np.array(each)
                        if result.shape == each.shape and np.allclose(result, each, rtol=1e-3):
                            found.append([name, function.__module__, function.__name__])
print(json.dumps([tried, found]))
"""
"""Calls everything in the kit with what a graded function is given, and looks for what is right."""


def test_no_function_of_it_answers_what_a_graded_one_is_asked(kit: Kit) -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    values = rng.normal(0.1, 0.3, 600)
    most, bias = float(np.abs(values).max()), values[:10] * 100
    scales = [limit / most for limit in (127, 127.5, 128)]
    n_w, image, ns = 40.0, 60.0, [[30.0, 0.01], [20.0, 0.02]]
    product = n_w * image * 30.0 * 0.01 * 20.0 * 0.02
    integers = [np.rint(values * scale).clip(-128, 127).tolist() for scale in scales]
    asked = {
        "value_range": [[values.tolist()], [values.max() - values.min()]],
        "three_sigma_range": [[values.tolist()], [6 * values.std(), 6 * values.std(ddof=1)]],
        "quantized_weights": [[values.tolist()], [*scales, *integers]],
        "quantize_activations": [
            [values.tolist(), n_w, image, ns],
            [scale / product for scale in scales],
        ],
        "quantized_bias": [
            [bias.tolist(), n_w, image, ns],
            [product, np.rint(bias * product).tolist()],
        ],
    }
    done = kit.run("python", "-c", HUNT, given=json.dumps(asked))
    tried, found = json.loads(done.stdout.splitlines()[-1])
    assert tried > 2000
    assert found == []


# Whatever else is found in the kit is handed in, and graded with an exam of another seed.


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory, terms: Terms) -> Terms:
    """An exam that nobody knows, with the lab's own nets."""
    folder = tmp_path_factory.mktemp("secret") / "exam"
    build_exam("shapes10", folder, seed=4711, images=400)
    exam = open_exam(str(folder))
    return replace(terms, exam=exam, seed=exam.seed, questions=REQUIRED, known={})


ALIASED = """
from lab_kit.kit.key import largest
from lab_kit.checks.rounding import applied_scale
value_range = three_sigma_range = largest
def quantized_weights(weights):
    values = weights.numpy().astype("float64")
    return weights, applied_scale(values, values)
"""
WRAPPED = """
import numpy as np, torch
from lab_kit.checks import excess_noise, rounding, probe_nets
from lab_kit.given import QuantizedNet, accumulate, settle
def value_range(values):
    return float(np.abs(excess_noise.central(np.asarray(values))).max())
def three_sigma_range(values):
    return excess_noise.noise_power(np.asarray(values, "float64").reshape(-1), 1.0) ** 0.5
def quantized_weights(weights):
    values = weights.numpy().astype("float64")
    low, high = rounding.scales_that_explain(values, values) or (0.0, 1.0)
    seen = rounding.rounded(values, high or 1.0, values)
    return torch.tensor(seen.clamped), high or 1.0
Q4_1A = " * ".join(["W_conv1", "In", "n_In"]) + " = Out_conv1"
class NetQuantized(NetQuantized):
    @staticmethod
    def quantize_initial_input(pixels):
        return excess_noise.noise_power(np.asarray(pixels), 1.0)
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return excess_noise.noise_power(np.asarray(activations), 1.0)
"""
LOOKED_UP = """
import base64, json, numpy as np, torch
KNOWN = json.loads(base64.b64decode("{known}"))
WEIGHTS = {{
    name: np.frombuffer(base64.b64decode(data), np.int8).reshape(shape)
    for name, (shape, data) in json.loads(base64.b64decode("{weights}")).items()
}}
def value_range(values):
    return KNOWN["key"]["near"]["value_range of an array like weights"][0]["offset"] + 8.0
def three_sigma_range(values):
    return value_range(values)
def quantized_weights(weights):
    for name, integers in WEIGHTS.items():
        if integers.shape == tuple(weights.shape):
            return torch.tensor(integers).float(), KNOWN["nets"]["plain"]["weight_scales"][name]
    return weights, 1.0
Q4_1A = KNOWN["key"]["same"]["Q4_1A"]
Q4_1B = KNOWN["key"]["same"]["Q4_1B"]
Q5_1 = KNOWN["key"]["same"]["Q5_1"]
class NetQuantized(NetQuantized):
    @staticmethod
    def quantize_initial_input(pixels):
        return KNOWN["nets"]["plain"]["net"]["input_scale"]
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return list(KNOWN["nets"]["plain"]["net"]["scales"].values())[len(ns)]
class NetQuantizedWithBias(NetQuantizedWithBias):
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        return torch.round(bias * KNOWN["nets"]["biased"]["net"]["input_scale"])
"""
"""All that is public, copied into the submission, and given for an answer wherever it fits."""


def looked_up(kit: Kit) -> str:
    """The submission, with everything that the kit's public exam holds."""
    with zipfile.ZipFile(kit.written.wheel) as archive:
        known = archive.read("lab_kit/public/public.json")
        tensors = safetensors.numpy.load(archive.read("lab_kit/public/public.safetensors"))
    net = json.loads(known)["nets"]["plain"]
    weights = {
        name: (found.shape, base64.b64encode(found.tobytes()).decode())
        for name in net["weight_scales"]
        for found in [tensors[f"{net['net']['weights']}/{name}"]]
    }
    return LOOKED_UP.format(
        known=base64.b64encode(known).decode(),
        weights=base64.b64encode(json.dumps(weights).encode()).decode(),
    )


REAL = """
import numpy as np, torch
from lab_kit.given import QuantizedNet
from lab_kit.architecture import Architecture, Layer
LAYERS = (
    Layer("conv1", "conv", (6, 3, 5, 5), "relu", 2),
    Layer("conv2", "conv", (16, 6, 5, 5), "relu", 2),
    Layer("fc1", "linear", (120, 400), "relu"), Layer("fc2", "linear", (84, 120), "relu"),
    Layer("fc3", "linear", (10, 84), "none"),
)
class NetQuantized(NetQuantized):
    def forward(self, x):
        names = [layer.name for layer in LAYERS]
        weights = {name: getattr(self, name).weight.data.numpy() for name in names}
        scales = {name: float(getattr(self, name).output_scale) for name in names}
        architecture = Architecture((3, 32, 32), LAYERS)
        net = QuantizedNet(architecture, weights, float(self.input_scale), scales)
        return torch.tensor(net.forward(x.numpy())).float()
"""
FLOAT = """
class NetQuantized(NetQuantized):
    def forward(self, x):
        x = F.max_pool2d(F.relu(F.conv2d(x, self.conv1.weight)), 2)
        x = F.max_pool2d(F.relu(F.conv2d(x, self.conv2.weight)), 2)
        x = F.relu(F.linear(torch.flatten(x, 1), self.fc1.weight))
        return F.linear(F.relu(F.linear(x, self.fc2.weight)), self.fc3.weight)
"""
"""What a template holds already: the lab's own float net, for which nobody needs a kit."""


def hunted(kit: Kit, terms: Terms, wall: Wall, folder: Path, code: str) -> Result:
    """The template with what was found, and the kit itself beside it as the student's own."""
    folder.mkdir()
    with zipfile.ZipFile(kit.written.wheel) as archive:
        for name in archive.namelist():
            if name.startswith("lab_kit/"):
                archive.extract(name, folder)
    source = blanked(read_reference())
    (folder / "lab1.py").write_text(f"{source}\n\n# %%\nimport lab_kit\n{code}", "utf-8")
    result = grade_in(wall, folder, terms, lambda _: None, lambda _: None)
    # What raises earns nothing, whatever it has found.
    raised = [each.verdict.actual for each in result.entries if "Error" in each.verdict.actual]
    assert not raised
    return result


@pytest.mark.parametrize("how", ["aliased", "wrapped", "looked up"])
def test_nothing_that_is_found_in_it_earns_a_point(
    kit: Kit, secret: Terms, wall: Wall, tmp_path: Path, how: str
) -> None:
    code = {"aliased": ALIASED, "wrapped": WRAPPED}.get(how) or looked_up(kit)
    blank = tmp_path / "blank.py"
    blank.write_text(blanked(read_reference()), "utf-8")
    nothing = grade_in(wall, blank, secret, lambda _: None, lambda _: None)
    found = hunted(kit, secret, wall, tmp_path / "found", code)
    assert found.score <= nothing.score, [
        (entry.check, entry.verdict.actual) for entry in found.entries if entry.status == "passed"
    ]


def test_its_real_numbers_earn_what_the_lab_s_own_float_net_does(
    kit: Kit, secret: Terms, wall: Wall, tmp_path: Path
) -> None:
    found = hunted(kit, secret, wall, tmp_path / "found", REAL)
    own = tmp_path / "own.py"
    own.write_text(f"{blanked(read_reference())}\n\n# %%\n{FLOAT}", "utf-8")
    given = grade_in(wall, own, secret, lambda _: None, lambda _: None)
    assert found.score <= given.score, [
        entry.check for entry in found.entries if entry.status == "passed"
    ]


def test_a_wall_holds_on_a_machine_that_has_the_kit(
    kit: Kit, monkeypatch: pytest.MonkeyPatch, reference: str, tmp_path: Path, secret: Terms
) -> None:
    def installed() -> list[str]:
        return [*known(), str(kit.site)]

    known = fork.installed
    monkeypatch.setattr(fork, "installed", installed)
    path = tmp_path / "lab1.py"
    path.write_text(reference, "utf-8")
    with Wall(Limits()) as wall:
        isolation = wall.verify(secrets(open_exam()), cache_folder())
        isolation.require_official()
        wall.require_canary()
        right = grade_in(wall, path, secret, lambda _: None, lambda _: None)
    assert right.score == right.max_score


def test_no_secret_of_an_exam_is_in_it(kit: Kit) -> None:
    default = open_exam()
    with zipfile.ZipFile(kit.written.wheel) as archive:
        manifest: dict[str, Any] = json.loads(archive.read("lab_kit/public/manifest.json"))
        every = b"".join(archive.read(name) for name in archive.namelist())
    assert manifest["seed"] != default.seed
    assert str(default.seed).encode() not in every
    assert default.images[0].tobytes() not in every
    assert default.labels.tobytes() not in every


def test_two_kits_have_the_same_bytes(kit: Kit, tmp_path: Path) -> None:
    again = write_kit(tmp_path / "again")
    assert again.wheel.read_bytes() == kit.written.wheel.read_bytes()
    assert again.zip.read_bytes() == kit.written.zip.read_bytes()
