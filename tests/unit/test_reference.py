"""The lab, solved: it runs from top to bottom, and keeps the lab's interface to the letter."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from grader.exam import shapes10
from grader.exam.lab import definitions
from grader.template import blanked

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "cifar-10-batches-py"
LAB = ROOT / "reference" / "lab1.py"
SOURCE = LAB.read_text(encoding="utf-8")
EVERYTHING = (
    "NetQuantizedWithBias",
    "NetWithBias",
    "register_activation_profiling_hooks",
    "quantize_layer_weights",
    "value_range",
    "three_sigma_range",
    "train",
    "test",
    "Q4_1A",
    "Q4_1B",
    "Q5_1",
)

SETTINGS = {"MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1"}

RUN = """
import os, runpy, sys
from grader.sandbox.inside.vision import import_torchvision
cifar = import_torchvision().datasets.CIFAR10
if os.environ["LAB1_DATA_SET"] == "cifar10":  # a part of it, so its checksums are others
    cifar.train_list = [[name, None] for name, _ in cifar.train_list]
    cifar.test_list = [[name, None] for name, _ in cifar.test_list]
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.fixture(scope="module")
def lab() -> dict[str, Any]:
    return definitions(*EVERYTHING)


@pytest.fixture
def profiled(lab: dict[str, Any]) -> Any:
    torch.manual_seed(1)
    net = lab["NetWithBias"]()
    lab["register_activation_profiling_hooks"](net)
    batches = [(batch, torch.zeros(4)) for batch in torch.rand(8, 3, 32, 32).split(4)]
    lab["test"](net, batches)
    net.profile_activations = False
    return net


@pytest.fixture(scope="module")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn shapes as a folder of images."""
    folder = tmp_path_factory.mktemp("drawings")
    for part, count in (("train", 408), ("test", 80)):
        for index, (image, label) in enumerate(zip(*shapes10.draw(count, 3), strict=True)):
            place = folder / part / shapes10.CLASSES[label]
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image.transpose(1, 2, 0)).save(place / f"{index}.png")
    return folder


def run(
    script: Path, data: str, folder: Path = ROOT, epochs: int = 1
) -> "subprocess.CompletedProcess[str]":
    settings = {"LAB1_DATA_SET": data, "LAB1_EPOCHS": str(epochs), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", RUN, str(script)],
        cwd=folder,
        env={**os.environ, **SETTINGS, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.rest  # `tests/front/test_run.py` runs it behind the wall
def test_the_lab_runs_from_top_to_bottom(drawings: Path) -> None:
    done = run(LAB, str(drawings))
    assert done.returncode == 0, done.stderr
    accuracies = re.findall(r"Accuracy.*: ([\d.]+) %", done.stdout)
    assert len(accuracies) == 8
    assert all(0 <= float(accuracy) <= 100 for accuracy in accuracies)


@pytest.mark.rest
def test_the_lab_runs_on_cifar10(tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip("needs CIFAR-10 batches beside the project")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / SHARED.name).symlink_to(SHARED)
    done = run(LAB, "cifar10", folder=tmp_path, epochs=0)
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"Accuracy.*: ([\d.]+) %", done.stdout)) == 8


@pytest.mark.rest
def test_the_blanks_run_from_top_to_bottom_and_solve_nothing(
    drawings: Path, tmp_path: Path
) -> None:
    script = tmp_path / "lab1.py"
    script.write_text(blanked(SOURCE), encoding="utf-8")
    done = run(script, str(drawings))
    assert done.returncode == 0, done.stderr
    assert "127 /" not in script.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("quantized_weights", ["weights"]),
        ("NetQuantized.__init__", ["self", "net_with_weights_quantized"]),
        ("NetQuantized.quantize_initial_input", ["pixels"]),
        ("NetQuantized.quantize_activations", ["activations", "n_w", "n_initial_input", "ns"]),
        ("NetQuantized.forward", ["self", "x"]),
        ("NetQuantizedWithBias.quantized_bias", ["bias", "n_w", "n_initial_input", "ns"]),
        ("copy_model", ["model"]),
        ("quantize_layer_weights", ["model"]),
        ("register_activation_profiling_hooks", ["model"]),
        ("test", ["model", "loader", "max_samples"]),
        ("value_range", ["values"]),
        ("three_sigma_range", ["values"]),
    ],
)
def test_names_are_the_labs(lab: dict[str, Any], name: str, parameters: list[str]) -> None:
    owner, _, method = name.rpartition(".")
    function = getattr(lab[owner], method) if owner else lab[method]
    assert list(inspect.signature(function).parameters) == parameters


def test_batches_stop_after_more_than_the_most_samples(lab: dict[str, Any]) -> None:
    seen = []

    def model(images: torch.Tensor) -> torch.Tensor:
        seen.append(len(images))
        return torch.eye(10)[torch.tensor([0, 1, 2, 3])]

    batches = [(torch.zeros(4, 3, 32, 32), torch.tensor([0, 1, 0, 0]))] * 200
    assert lab["test"](model, batches, max_samples=400) == 50
    assert sum(seen) == 404


def test_recorded_is_what_the_next_layer_is_given(profiled: Any) -> None:
    lengths = {"conv1": 6 * 14 * 14, "conv2": 16 * 5 * 5, "fc1": 120, "fc2": 84}
    for name, length in lengths.items():
        values = getattr(profiled, name).activations
        assert values.dtype == np.float64
        assert values.shape == (8 * length,)
        assert values.min() >= 0
    assert profiled.input_activations.shape == (8 * 3 * 32 * 32,)


def test_logits_are_recorded_for_the_first_image_of_a_batch(profiled: Any) -> None:
    assert profiled.fc3.activations.shape == (2 * 10,)


def test_recording_stops_when_it_is_told_to(lab: dict[str, Any], profiled: Any) -> None:
    before = len(profiled.input_activations)
    lab["test"](lab["copy_model"](profiled), [(torch.rand(4, 3, 32, 32), torch.zeros(4))])
    assert len(profiled.input_activations) == before


def test_a_copy_keeps_what_was_attached(lab: dict[str, Any], profiled: Any) -> None:
    profiled.conv1.weight.scale = 3.5
    profiled.conv1.output_scale = 0.25
    copy = lab["copy_model"](profiled)
    assert copy.conv1.weight.scale == 3.5
    assert copy.conv1.output_scale == 0.25
    assert np.array_equal(copy.input_activations, profiled.input_activations)
    assert np.array_equal(copy.fc2.activations, profiled.fc2.activations)
    copy.conv1.weight.data.zero_()
    assert profiled.conv1.weight.abs().max() > 0


def test_a_quantized_net_refuses_what_is_not_int8(lab: dict[str, Any], profiled: Any) -> None:
    lab["quantize_layer_weights"](profiled)
    quantized = lab["NetQuantizedWithBias"](profiled)
    for wrong in (torch.full((1, 3, 32, 32), 128.0), torch.full((1, 3, 32, 32), 0.5)):
        with pytest.raises(ValueError, match="Input to"):
            quantized.conv1(wrong)


@pytest.mark.parametrize("wrong", [200.0, 0.5])
def test_weights_that_are_not_int8_are_refused(
    lab: dict[str, Any], profiled: Any, wrong: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(lab, "quantized_weights", lambda weights: (weights * 0 + wrong, 1.0))
    with pytest.raises(ValueError, match="Quantized weights of conv1"):
        lab["quantize_layer_weights"](profiled)


def test_a_quantized_net_answers_with_int8(lab: dict[str, Any], profiled: Any) -> None:
    lab["quantize_layer_weights"](profiled)
    quantized = lab["NetQuantizedWithBias"](profiled)
    with torch.no_grad():
        logits = quantized(torch.rand(4, 3, 32, 32) * 2 - 1)
    assert logits.shape == (4, 10)
    assert torch.equal(logits, logits.round().clamp(-128, 127))
    assert logits.abs().max() > 1


def test_only_the_last_layer_has_a_bias(lab: dict[str, Any]) -> None:
    assert [name for name, _ in lab["Net"]().named_parameters() if "bias" in name] == []
    names = [name for name, _ in lab["NetWithBias"]().named_parameters()]
    assert [name for name in names if "bias" in name] == ["fc3.bias"]
    assert names[-2:] == ["fc3.weight", "fc3.bias"]


def test_the_ranges_are_those_of_tensors_and_arrays(lab: dict[str, Any]) -> None:
    values = np.array([-1.0, 0.0, 4.0])
    for kind in (values, torch.from_numpy(values)):
        assert lab["value_range"](kind) == 5
        assert isinstance(lab["three_sigma_range"](kind), float)
    assert lab["three_sigma_range"](values) == pytest.approx(6 * values.std())
