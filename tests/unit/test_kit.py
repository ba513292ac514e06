"""The student kit: what goes into it, what must not, and how its key tells a right answer."""

import ast
import re
import sys
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
import safetensors.numpy

import grader.kit.own.checks.accuracy as own_accuracy  # `from` finds the house's there
from grader import __version__
from grader.checks import accuracy, equations
from grader.checks.context import Tolerances
from grader.checks.excess_noise import central, noise_power
from grader.errors import GraderError, UsageError
from grader.exam import Exam
from grader.kit import contents, key, made_public, overlay, wheel, write
from grader.kit.made_nets import MOVED, TIMES, other_numbers
from grader.kit.own import cli as commands
from grader.kit.own import lab_kit_pytest
from grader.kit.own.checks import illustrations
from grader.oracle import accumulate, scale_product, settle
from grader.rubric import load_rubric
from grader.template import CHECKOUT, read_reference
from grader.verdict import CheckFailed, Verdict


@pytest.fixture(scope="module")
def modules() -> dict[str, str]:
    return contents.modules()


def names_in(source: str) -> set[str]:
    """What a module binds, and its methods as `Class.method`."""
    found: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            methods = (each for each in node.body if isinstance(each, ast.FunctionDef))
            found |= {f"{node.name}.{method.name}" for method in methods}
        for inner in ast.walk(node):
            if isinstance(inner, ast.FunctionDef | ast.ClassDef):
                found.add(inner.name)
            elif isinstance(inner, ast.Import | ast.ImportFrom):
                found |= {each.asname or each.name.partition(".")[0] for each in inner.names}
            elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                found.add(inner.id)
    return found


def own_imports(source: str) -> list[tuple[str, str]]:
    """(module, name) of each name that is imported from the kit itself."""
    return [
        (node.module, each.name)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(contents.PACKAGE)
        for each in node.names
        if node.module is not None
    ]


def test_every_name_that_a_module_of_the_kit_imports_is_there(modules: dict[str, str]) -> None:
    known = {
        f"{contents.PACKAGE}/{path}".removesuffix(".py")
        .removesuffix("/__init__")
        .replace("/", "."): names_in(source)
        for path, source in modules.items()
    }
    for path, source in modules.items():
        for module, name in own_imports(source):
            assert f"{module}.{name}" in known or name in known[module], f"{path}: {module}.{name}"


def test_it_knows_no_other_package_of_ours(modules: dict[str, str]) -> None:
    for path, source in modules.items():
        assert not re.search(r"^\s*(from|import) (grader|reference)\b", source, re.M), path
        assert "grader.oracle" not in source, path


def test_nothing_in_it_computes_an_answer(modules: dict[str, str]) -> None:
    for path, left_out in contents.LEFT_OUT.items():
        there = names_in(modules[path.replace("oracle", "given")])
        assert not there & set(left_out), path
    functions = set().union(
        *(
            {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}
            for source in modules.values()
        )
    )
    computing = set(contents.LEFT_OUT["oracle.py"]) - {"Integers", "bounds"}
    assert not functions & {name.rpartition(".")[2] for name in computing if name.islower()}
    assert "misconceptions/registry.py" not in modules
    assert not any(
        "CORRECT" in source or "predictions(quantity" in source for source in modules.values()
    )


def solutions() -> list[str]:
    """The lines of code that the reference has where the template has blanks."""
    between, found = False, []
    for line in read_reference().splitlines():
        mark = line.strip()
        if mark in ("# BEGIN SOLUTION", "# BLANK"):
            between = mark == "# BEGIN SOLUTION"
        elif between and not mark.startswith("#"):
            found.append(mark)
    given = (CHECKOUT / "student_template" / "lab1.py").read_text("utf-8")
    return [line for line in found if len(line) > 24 and line not in given]


def test_no_line_of_a_solution_is_in_it(modules: dict[str, str]) -> None:
    lines = solutions()
    assert len(lines) > 20
    every = [*modules.values(), *write._template().values()]
    for line in lines:
        assert not any(line in source for source in every), line


def test_what_is_held_back_is_not_named_in_it(modules: dict[str, str]) -> None:
    rubric = load_rubric()
    hidden = [name for name, worth in rubric.checks.items() if worth.visibility != "visible"]
    assert hidden
    for name in (*hidden, *(each.rpartition(".")[2] for each in hidden)):
        assert not any(name in source for source in modules.values()), name
    assert not set(write.verified()) & set(hidden)


def test_its_checks_are_those_of_its_rubric(modules: dict[str, str]) -> None:
    registered = re.findall(
        r"\.check(?:_told)?\(\s*\"([\w.]+)\"",
        "".join(source for path, source in modules.items() if path.startswith("checks/")),
    )
    assert sorted(registered) == sorted(write.verified())


RUN = "sandbox/inside/run.py"


def test_what_it_needs_is_asked_for_and_known_to_the_house(modules: dict[str, str]) -> None:
    pinned = (CHECKOUT / "pyproject.toml").read_text("utf-8")
    asked = {each.partition(";")[0].strip() for each in wheel.REQUIRED}
    for name in asked:
        assert f'"{name}' in pinned, name
    assert not any("==" in each for each in wheel.REQUIRED)
    # Of these the code asks whether they are there.
    optional = {"torchvision", "matplotlib", "pytest", "xdist"}
    called = {
        "IPython": "ipython",
        "charset_normalizer": "charset-normalizer",
        "markupsafe": "jinja2",
        "typing_extensions": "torch",
    }
    # The kit executes no whole notebook.
    for path, source in ((path, text) for path, text in modules.items() if path != RUN):
        inside = {Path(each).stem for each in modules if each.startswith("sandbox/")}
        for node in ast.walk(ast.parse(source)):
            roots = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                roots = [node.module or ""]
            for root in {each.partition(".")[0] for each in roots} - optional - inside:
                known = root in sys.stdlib_module_names or root == contents.PACKAGE
                assert known or called.get(root, root) in asked, f"{path}: {root}"


def test_its_command_makes_no_grade_however_it_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lab1.py"
    path.write_text("Q5_1 = ''\n", encoding="utf-8")
    for more in ([], ["--output", "results.json"], ["--unofficial"]):
        assert commands.run(["grade", str(path), *more]) == 2
        assert "no official grade" in capsys.readouterr().err


def test_a_folder_that_no_template_can_be_written_to_is_bad_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "TEMPLATE", CHECKOUT / "student_template")
    (tmp_path / "file").touch()
    for output in (tmp_path / "file", tmp_path / ("n" * 300)):
        assert commands.run(["template", "--output", str(output)]) == 2
        assert "name another folder as --output" in capsys.readouterr().err


def test_its_version_is_the_house_s(monkeypatch: pytest.MonkeyPatch) -> None:
    def text(path: Path) -> str:
        later = "2.9.0" if path == contents.HOUSE / "__init__.py" else __version__
        return read(path).replace(__version__, later)

    read = contents._text
    assert wheel.file_name(__version__) in read(CHECKOUT / "docs" / "students.md")
    monkeypatch.setattr(contents, "_text", text)
    assert '__version__ = "2.9.0"' in contents._source("__init__.py")


def test_pytest_refuses_another_exam_than_the_kit_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_kit_pytest, "_is_ours", lambda: True)
    importing = SimpleNamespace(import_module=lambda name: name)
    monkeypatch.setattr(lab_kit_pytest, "importlib", importing)
    brought: list[tuple[str, str]] = []
    manager = SimpleNamespace(register=lambda *plugin: brought.append(plugin))
    for exam, lab in ((None, None), (None, "lab1.py"), ("fall", "lab1.py")):
        options = {"lab": lab, "lab_exam": exam}
        config = SimpleNamespace(getoption=options.get, pluginmanager=manager)
        if exam:
            with pytest.raises(pytest.UsageError, match="no exam but its own"):
                lab_kit_pytest.pytest_configure(cast(pytest.Config, config))
        else:
            lab_kit_pytest.pytest_configure(cast(pytest.Config, config))
    assert brought == [(lab_kit_pytest.PLUGIN, lab_kit_pytest.PLUGIN)]


def test_what_is_not_there_to_make_a_kit_of_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def made(folder: Path, _rubric: object) -> None:
        safetensors.numpy.load_file(folder / "nets.safetensors")

    monkeypatch.setattr(contents, "modules", dict)
    monkeypatch.setattr(write, "make", made)
    with pytest.raises(UsageError, match=r"nets\.safetensors.*; make the kit in a checkout"):
        write.write_kit(tmp_path)


def test_a_folder_that_no_kit_can_be_written_to_is_told_before_one_is_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: list[Path] = []
    monkeypatch.setattr(contents, "modules", dict)
    monkeypatch.setattr(write, "make", lambda folder, _: made.append(folder))
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="file: File exists; make the kit in a checkout"):
        write.write_kit(tmp_path / "file")
    assert not made


def test_all_that_the_kit_has_of_its_own_is_in_it_and_used(modules: dict[str, str]) -> None:
    """Where the house renames what stands here in its place, both would go into the kit."""
    for path in sorted(contents.OWN.rglob("*.py")):
        name = path.relative_to(contents.OWN).as_posix()
        if path.name == "lab_kit_pytest.py":  # it lies beside the package
            continue
        source = modules[name.replace("oracle", "given")]
        house = contents.HOUSE / name
        if name in contents.REPLACED or not house.is_file():
            continue
        needed = set(overlay._read(ast.parse(source)))
        for block in overlay._blocks(house.read_text("utf-8")):
            needed |= block.names
        for block in overlay._blocks(path.read_text("utf-8")):
            assert block.names <= needed, f"{name}: {block.names}"


def test_grader_and_kit_take_settings_by_one_rule() -> None:
    """Each is installed alone, so neither can import it from the other."""
    rules = []
    for path in (CHECKOUT / "pytest_lab.py", contents.OWN / "lab_kit_pytest.py"):
        found = {name: b.text for b in overlay._blocks(path.read_text("utf-8")) for name in b.names}
        rules.append(found["require_own_settings"])
    assert rules[0] == rules[1]


HOUSE = '''\
"""What it is."""

import math
import os
from functools import cache

LIMIT = 3
"""So many."""


class Thing:
    """The house's."""

    def kept(self) -> float:
        return math.pi

    @property
    def other(self) -> int:
        return LIMIT

    def gone(self) -> str:
        return os.sep


@cache
def answer() -> int:
    """The answer."""
    return 42
'''


def test_a_definition_takes_the_place_of_the_house_s() -> None:
    own = (
        '"""What it is here."""\n\nfrom house import answer\n\n\n'
        "def answer() -> int:\n    return 0\n"
    )
    found = overlay.overlaid(HOUSE, own, [])
    assert found.startswith('"""What it is here."""')
    assert "42" not in found
    assert "cache" not in found
    assert found.index("import math") < found.index("class Thing") < found.index("return 0")


def test_modules_of_one_package_are_all_imported() -> None:
    own = "import a\nimport a.b\n\n\ndef f():\n    return a.b, a.c\n"
    found = overlay.overlaid("import a.c\nimport other.d\n\n\ndef f(): ...\n", own, [])
    assert [line for line in found.splitlines() if line.startswith("import")] == [
        "import a",
        "import a.b",
        "import a.c",
    ]


def test_single_methods_are_changed_left_out_and_added() -> None:
    own = (
        "from house import Thing as House\n\n\nclass Thing(House):\n    def other(self) -> str:\n"
        "        return 'own'\n\n    def new(self) -> None: ...\n"
    )
    space: dict[str, type] = {}
    exec(overlay.overlaid(HOUSE, own, ["Thing.gone", "LIMIT", "answer"]), space)
    thing = space["Thing"]()
    assert (thing.kept() > 3, thing.other(), thing.new()) == (True, "own", None)
    assert not hasattr(thing, "gone")
    assert not {"os", "cache", "LIMIT", "answer", "House"} & set(space)


@pytest.mark.parametrize("name", ["answers", "Thing.were", "Nothing.kept"])
def test_what_is_left_out_must_be_there(name: str) -> None:
    overlay.required("thing.py", HOUSE, ["answer", "Thing.gone", "LIMIT"])
    with pytest.raises(GraderError, match=f"thing.py has no {name} "):
        overlay.required("thing.py", HOUSE, [name])


@pytest.mark.parametrize("right", [1e-9, 0.7, 1.0, 2.0**-17, 123456.7])
@pytest.mark.parametrize("tolerance", [1e-4, 1e-5])
def test_the_key_allows_what_the_tolerance_does(right: float, tolerance: float) -> None:
    bins = (key.bin_of("salt", "asked", right, tolerance),)
    found = key.Key("salt", {"asked": bins}, {}, {})
    for off in (-0.9, -0.1, 0, 0.1, 0.9):
        assert found.is_near("asked", right * (1 + off * tolerance))
    for off in (-1.1, 1.1, 5, -300, 300):
        assert not found.is_near("asked", right * (1 + off * tolerance))
    for none in (0.0, -right, np.inf, np.nan):
        assert not found.is_near("asked", none)
    assert not key.Key("other", {"asked": bins}, {}, {}).is_near("asked", right)


def test_a_digest_of_a_text_is_that_of_this_text_and_question() -> None:
    same = {"asked": key.text_digest("salt", "asked", "a = b")}
    assert key.Key("salt", {}, same, {}).is_same("asked", "a = b")
    assert not key.Key("salt", {}, same, {}).is_same("asked", "b = a")
    assert same["asked"] != key.text_digest("salt", "another", "a = b")


def test_a_key_that_lacks_what_is_asked_is_a_fault_with_a_name() -> None:
    empty = key.Key("salt", {}, {}, {})
    for asked in (
        lambda: empty.is_near("asked", 1.0),
        lambda: empty.is_same("asked", "a = b"),
        lambda: empty.widest_noise(np.ones(3)),
    ):
        with pytest.raises(GraderError, match="install the kit anew"):
            asked()


def test_right_sides_have_one_text_in_any_order() -> None:
    one = equations.CONV1
    right = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1"
    output = "n_Out_conv1 * n_In * n_W_conv1 * Out_conv1"
    texts = {
        key.sides_text((side.polynomial, side.names_output) for side in one.sides(text))
        for text in (f"{right} = {output}", f"{output} = {right}", f"{right} = {output} = {right}")
    }
    assert texts == {key.sides_text((one.product, names) for names in (True, False))}


def test_noise_is_known_of_values_times_anything_and_of_no_others() -> None:
    values = np.linspace(-1, 0.7, 50)
    found = key.Key("", {}, {}, {key.fingerprint(values): 0.25})
    assert found.widest_noise(3.7 * values) == pytest.approx(0.25 * 3.7**2)
    with pytest.raises(GraderError):
        found.widest_noise(values[::-1])


def test_no_picture_calls_a_range_the_best_that_is_worse_than_the_student_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.random.Generator(np.random.PCG64(1)).normal(size=5000)
    widest = 127 / np.abs(values).max()
    noise = noise_power(central(values), widest) / np.abs(values).max() ** 2
    known = key.Key("", {}, {}, {key.fingerprint(values): noise})
    monkeypatch.setattr(illustrations, "key", lambda: known)
    better, worse = (illustrations._range("a", values, widest * times) for times in (1.3, 0.3))
    assert better.best == better.decibels > worse.best > worse.decibels


def test_an_accuracy_that_fails_with_public_numbers_says_what_was_seen_with_them() -> None:
    whole = Verdict(False, "forward of the student's net raised")
    rest = Verdict(False, "300 of 300 images have other outputs", "those of the net", "Compute.")
    tolerances = Tolerances(load_rubric().thresholds)
    evidence = accuracy.Evidence(whole, rest, ("quantized_weights",), tolerances)
    with pytest.raises(CheckFailed) as failed:
        own_accuracy._require_accuracy_kept(evidence)
    told = failed.value.verdict
    assert f"in place of quantized_weights: {rest.actual}" in told.actual
    assert (told.expected, told.next_step) == (rest.expected, rest.next_step)


def test_the_public_nets_give_moved_classes_in_other_numbers(exam: Exam) -> None:
    layers = exam.nets["biased"].architecture.layers
    path = CHECKOUT / "reference" / "nets" / "shapes10_with_bias.safetensors"
    lab = safetensors.numpy.load_file(path)
    public = other_numbers(lab, np.random.Generator(np.random.PCG64(1)))
    logits = []
    for weights in (lab, public):
        x = exam.pixels[:40].astype(np.float64)
        for layer in layers:
            bias = weights.get(f"{layer.name}.bias")
            x = settle(layer, accumulate(layer, x, weights[f"{layer.name}.weight"], bias))
        logits.append(x)
    moved = np.roll(float(np.prod(TIMES)) * logits[0], MOVED, axis=1)
    np.testing.assert_allclose(logits[1], moved, rtol=1e-3, atol=1e-3)
    for name in lab:
        if name.endswith("weight"):
            ratio = np.abs(public[name]).max() / np.abs(lab[name]).max()
            assert ratio > 4 or ratio < 1 / 4, name


@pytest.mark.parametrize(
    ("exponents", "least", "most"),
    [
        (made_public.BIAS_EXPONENTS, 2**3, 2**5),
        (made_public.MILDER_BIAS_EXPONENTS, 2**11, 2**15),
    ],
)
def test_every_factor_of_a_bias_shows(
    exponents: Sequence[made_public.Exponents], least: float, most: float
) -> None:
    every = list(made_public._bias_factors(exponents))
    assert len({scale_product(each[:2], each[2]) for each in every}) >= 3
    for n_w, image, ns in every:
        factors = [n_w, image, *(each for pair in ns for each in pair)]
        assert 1.0 not in factors
        assert all(weight * output != 1 for weight, output in ns)
        assert least <= scale_product((n_w, image), ns) <= most


def test_milder_factors_are_on_the_side_of_1_where_a_net_s_are() -> None:
    for n_w, image, ns in made_public._bias_factors(made_public.MILDER_BIAS_EXPONENTS):
        assert min(n_w, image) > 1
        assert all(weight > 1 > output for weight, output in ns)


def test_a_wheel_says_of_each_file_what_it_is_and_has_the_same_bytes() -> None:
    made = [wheel.wheel({"p/a.py": b"1"}, "0.1", b"licence", "words") for _ in range(2)]
    assert made[0] == made[1]
    with zipfile.ZipFile(BytesIO(made[0])) as archive:
        about = "ee290_lab1_kit-0.1.dist-info"
        record = archive.read(f"{about}/RECORD").decode().splitlines()
        listed = {line.split(",")[0]: line.split(",")[1:] for line in record}
        assert set(listed) == set(archive.namelist())
        assert listed[f"{about}/RECORD"] == ["", ""]
        assert listed["p/a.py"] == [wheel._digest(b"1"), "1"]
        assert "Requires-Dist: torch\n" in archive.read(f"{about}/METADATA").decode()
