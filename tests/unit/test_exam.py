"""Exams: what is built, what is loaded, and what is said when that does not work."""

import io
import json
import os
import pickle
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from rich.console import Console
from safetensors.torch import load_file

from grader.errors import ExamError, GraderError
from grader.exam import Exam, build_exam, default, describe, open_exam, pixels, shapes10, spawn
from grader.exam.lab import REFERENCE, definitions
from grader.exam.trace import architecture_of
from grader.sandbox.inside.vision import import_torchvision

SHARED = Path(__file__).parents[3] / "shared" / "data"
SEED = 1234567890123
FILES = {
    "manifest.json",
    "images.safetensors",
    "plain.safetensors",
    "plain-activations.safetensors",
    "biased.safetensors",
    "biased-activations.safetensors",
}


STARTED: list[str] = []
"""Every command line and environment of a builder of the small exam."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    start = subprocess.Popen

    def note(arguments: list[str], **options: Any) -> Any:
        STARTED.append(f"{arguments} {options['env']}")
        return start(arguments, **options)

    folder = tmp_path_factory.mktemp("exams") / "small"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "Popen", note)
        build_exam("shapes10", folder, seed=SEED, images=500)
    return folder


@pytest.fixture(scope="module")
def exam(folder: Path) -> Exam:
    return open_exam(str(folder))


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """A copy of the folder that a test may damage."""
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    return copy


def change_manifest(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **changes}))


class TestWhatAnExamHolds:
    def test_images_and_labels(self, exam: Exam) -> None:
        assert exam.images.shape == (500, 3, 32, 32)
        assert exam.images.dtype == np.uint8
        assert exam.labels.shape == (500,)
        assert exam.labels.dtype == np.int64
        assert exam.calibration.shape == (404, 3, 32, 32)
        assert exam.calibration.dtype == np.uint8
        assert exam.seed == SEED
        assert exam.manifest.classes == shapes10.CLASSES

    def test_no_image_is_profiled_and_evaluated(self, exam: Exam) -> None:
        evaluated = {image.tobytes() for image in exam.images}
        assert not evaluated & {image.tobytes() for image in exam.calibration}

    @pytest.mark.parametrize(("name", "bias"), [("plain", False), ("biased", True)])
    def test_the_architecture_is_the_labs(self, exam: Exam, name: Any, bias: bool) -> None:
        net = exam.nets[name]
        told = [
            (layer.name, layer.kind, layer.weight, layer.activation, layer.pool, layer.bias)
            for layer in net.architecture.layers
        ]
        assert net.architecture.input == (3, 32, 32)
        assert told == [
            ("conv1", "conv", (6, 3, 5, 5), "relu", 2, False),
            ("conv2", "conv", (16, 6, 5, 5), "relu", 2, False),
            ("fc1", "linear", (120, 400), "relu", 0, False),
            ("fc2", "linear", (84, 120), "relu", 0, False),
            ("fc3", "linear", (10, 84), "none", 0, bias),
        ]
        assert list(net.biases) == (["fc3"] if bias else [])
        for layer in net.architecture.layers:
            assert net.weights[layer.name].shape == layer.weight
            assert net.weights[layer.name].dtype == np.float32

    @pytest.mark.parametrize("name", ["plain", "biased"])
    def test_activations_are_recorded_as_the_lab_does(self, exam: Exam, name: Any) -> None:
        lab = definitions("Net", "NetWithBias", "register_activation_profiling_hooks", "test")
        net = load(lab, exam, name)
        lab["register_activation_profiling_hooks"](net)
        batches = torch.from_numpy(pixels(exam.calibration)).split(4)
        lab["test"](net, [(batch, torch.zeros(4)) for batch in batches], max_samples=400)
        assert np.array_equal(exam.input_activations, net.input_activations)
        assert exam.input_activations.dtype == np.float64
        assert exam.input_activations.shape == (1_241_088,)
        lengths = []
        for layer, values in exam.nets[name].activations.items():
            recorded = getattr(net, layer).activations
            assert values.dtype == np.float64
            assert values.shape == recorded.shape
            assert np.abs(values - recorded).max() < 1e-6 * np.abs(recorded).max()
            lengths.append(len(values))
        assert lengths == [475_104, 161_600, 48_480, 33_936, 1_010]

    @pytest.mark.parametrize("name", ["plain", "biased"])
    def test_all_floats_lie_on_the_grids_that_the_manifest_tells(
        self, exam: Exam, name: Any
    ) -> None:
        net, arithmetic = exam.nets[name], exam.manifest.arithmetic
        assert arithmetic is not None
        for values in (*net.weights.values(), *net.biases.values()):
            multiples = np.ldexp(values.astype(np.float64), -arithmetic.weights)
            assert np.array_equal(multiples, np.rint(multiples))
        for values in net.activations.values():
            multiples = np.ldexp(values, -arithmetic.values)
            assert np.array_equal(multiples, np.rint(multiples))

    @pytest.mark.parametrize("name", ["plain", "biased"])
    def test_the_grid_of_the_weights_costs_no_accuracy(self, exam: Exam, name: Any) -> None:
        file = {"plain": "shapes10", "biased": "shapes10_with_bias"}[name]
        trained = load_file(REFERENCE / "nets" / f"{file}.safetensors")
        lab = definitions("Net", "NetWithBias")
        module = lab[{"plain": "Net", "biased": "NetWithBias"}[name]]()
        module.load_state_dict(trained)
        with torch.no_grad():
            found = module(torch.from_numpy(pixels(exam.images))).argmax(dim=1).numpy()
        assert abs(100 * (found == exam.labels).mean() - exam.nets[name].accuracy) <= 0.2

    @pytest.mark.parametrize("name", ["plain", "biased"])
    def test_accuracy_is_that_of_the_predictions(self, exam: Exam, name: Any) -> None:
        net = exam.nets[name]
        lab = definitions("Net", "NetWithBias")
        with torch.no_grad():
            logits = load(lab, exam, name)(torch.from_numpy(pixels(exam.images)))
        agree = (logits.argmax(dim=1).numpy() == net.predictions).mean()
        assert agree > 0.99  # float32 may order two logits that are nearly equal otherwise
        assert net.accuracy == 100 * (net.predictions == exam.labels).mean()
        assert 80 <= net.accuracy <= 98

    def test_nobody_else_may_read_it(self, folder: Path) -> None:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {path.name for path in folder.iterdir()} == FILES
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}

    def test_the_description_tells_everything_but_the_seed(self, exam: Exam) -> None:
        console = Console(width=200, record=True, file=io.StringIO())
        console.print(describe(exam))
        text = console.export_text()
        assert exam.manifest.name in text
        assert "500 to evaluate" in text
        assert "6x3x5x5, relu, max pool 2" in text
        assert f"{exam.nets['biased'].accuracy:.2f} %" in text
        assert "exact, weights on a grid of 2^-14, values on one of 2^-22" in text
        assert str(SEED) not in text


def load(lab: dict[str, Any], exam: Exam, name: str) -> Any:
    net = exam.nets[name]  # type: ignore[index]
    module = lab[{"plain": "Net", "biased": "NetWithBias"}[name]]()
    weights = {f"{layer}.weight": torch.tensor(values) for layer, values in net.weights.items()}
    biases = {f"{layer}.bias": torch.tensor(values) for layer, values in net.biases.items()}
    module.load_state_dict(weights | biases)
    return module


class TestPixels:
    @pytest.mark.rest
    def test_every_byte_is_what_torchvision_makes_of_it(self) -> None:
        transforms = import_torchvision().transforms
        convert = transforms.Compose(
            [transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.5,) * 3)]
        )
        image = np.arange(3 * 256, dtype=np.uint32).reshape(3, 16, 16).astype(np.uint8)
        wanted = convert(Image.fromarray(image.transpose(1, 2, 0))).numpy()
        got = pixels(image)
        assert got.dtype == np.float32
        assert got.tobytes() == np.ascontiguousarray(wanted).tobytes()

    @given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=3, max_dims=4)))
    def test_pixels_lie_between_minus_one_and_one_in_order(self, images: Any) -> None:
        values = pixels(images)
        assert values.shape == images.shape
        assert ((values >= -1) & (values <= 1)).all()
        assert np.array_equal(np.rint((values + 1) * 127.5), images)


class TestOpening:
    def test_needs_no_torch(self, folder: Path) -> None:
        code = (
            "import sys; from grader.exam import open_exam; exam = open_exam(sys.argv[1]);"
            "exam.nets['plain'].activations; print('torch' in sys.modules)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder)],
            cwd=spawn.ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "False\n"

    def test_a_missing_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ExamError, match=r"There is no exam .*/none"):
            open_exam(str(tmp_path / "none"))

    @pytest.mark.parametrize("name", sorted(FILES))
    def test_a_missing_file(self, copy: Path, name: str) -> None:
        (copy / name).unlink()
        with pytest.raises(ExamError, match=f"it has no {name}"):
            open_exam(str(copy))

    @pytest.mark.parametrize("name", sorted(FILES - {"manifest.json"}))
    @given(st.data())
    def test_one_bit_of_damage(self, folder: Path, name: str, data: st.DataObject) -> None:
        content = bytearray((folder / name).read_bytes())
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        with pytest.MonkeyPatch.context() as patch:
            read = Path.read_bytes
            patch.setattr(
                Path, "read_bytes", lambda path: bytes(content) if path.name == name else read(path)
            )
            with pytest.raises(ExamError, match=f"{name} is damaged: build this exam anew"):
                open_exam(str(folder))

    def test_a_truncated_file(self, copy: Path) -> None:
        path = copy / "images.safetensors"
        path.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(ExamError, match="is damaged"):
            open_exam(str(copy))

    def test_another_format(self, copy: Path) -> None:
        change_manifest(copy, format=4, a_new_field=1)
        with pytest.raises(
            ExamError, match=r"by a newer version \(format 4, this one reads 2 and 3"
        ):
            open_exam(str(copy))
        change_manifest(copy, format=1)
        with pytest.raises(ExamError, match=r"by an older version .* again with `python -m grader"):
            open_exam(str(copy))

    def test_the_format_before_still_opens(self, copy: Path) -> None:
        manifest = json.loads((copy / "manifest.json").read_bytes())
        del manifest["arithmetic"]
        (copy / "manifest.json").write_text(json.dumps({**manifest, "format": 2}))
        exam = open_exam(str(copy))
        assert exam.manifest.arithmetic is None
        console = Console(width=200, record=True, file=io.StringIO())
        console.print(describe(exam))
        assert "that of the machine it was built on" in console.export_text()

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 2}', '{"format": "1"}'])
    def test_a_manifest_that_is_none(self, copy: Path, text: str) -> None:
        (copy / "manifest.json").write_text(text)
        with pytest.raises(ExamError, match="is not the manifest of an exam"):
            open_exam(str(copy))

    def test_a_field_nobody_knows(self, copy: Path) -> None:
        change_manifest(copy, note="hello")
        with pytest.raises(ExamError, match="unknown field `note`"):
            open_exam(str(copy))

    def test_parts_that_do_not_belong_together(self, copy: Path) -> None:
        manifest = json.loads((copy / "manifest.json").read_bytes())
        manifest["nets"]["plain"]["architecture"]["layers"][0]["weight"] = [6, 3, 3, 3]
        change_manifest(copy, nets=manifest["nets"])
        with pytest.raises(ExamError, match="its parts do not fit"):
            open_exam(str(copy))

    def test_activations_damaged_after_opening(self, copy: Path) -> None:
        exam = open_exam(str(copy))
        (copy / "plain-activations.safetensors").write_bytes(b"")
        with pytest.raises(ExamError, match="is damaged"):
            _ = exam.nets["plain"].activations


class TestBuilding:
    @pytest.mark.usefixtures("built_here")
    def test_the_same_seed_makes_the_same_exam(self, folder: Path, tmp_path: Path) -> None:
        build_exam("shapes10", tmp_path / "again", seed=SEED, images=500)
        for name in FILES:
            assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()

    def test_a_seed_is_drawn_if_none_is_given(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        orders: list[spawn.Order] = []
        monkeypatch.setattr(spawn, "_execute", orders.append)
        for name in ("one", "two"):
            build_exam("shapes10", tmp_path / name, images=100)
        one, two = (order.seed for order in orders)
        assert one != two

    @pytest.mark.rest
    def test_a_seed_of_its_own_if_none_is_given(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            build_exam("shapes10", tmp_path / name, images=100)
        one, two = (open_exam(str(tmp_path / name)) for name in ("one", "two"))
        assert one.seed != two.seed
        assert one.manifest.name != two.manifest.name

    def test_a_folder_is_never_overwritten(self, folder: Path) -> None:
        with pytest.raises(ExamError, match="exists already"):
            build_exam("shapes10", folder)

    @pytest.mark.parametrize("seed", [-1, 2**63])
    def test_a_seed_out_of_range(self, tmp_path: Path, seed: int) -> None:
        with pytest.raises(ExamError, match="A seed lies between"):
            build_exam("shapes10", tmp_path / "exam", seed=seed)

    def test_a_place_that_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(ExamError, match="none is no folder"):
            build_exam("shapes10", tmp_path / "none" / "exam")

    def test_a_place_where_nothing_can_be_made(self) -> None:
        with pytest.raises(ExamError, match="/proc/exam cannot be made"):
            build_exam("shapes10", Path("/proc/exam"))

    @pytest.mark.usefixtures("built_here")
    def test_data_that_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(ExamError, match="holds neither cifar-10-batches-py nor folders"):
            build_exam("cifar10", tmp_path / "exam", data=tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_a_builder_that_crashes_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spawn, "BUILDER", "grader.exam.none")
        with pytest.raises(GraderError, match=r"ended with 1: .*No module named grader.exam.none"):
            build_exam("shapes10", tmp_path / "exam")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.usefixtures("folder")
    def test_the_seed_is_in_no_command_line(self) -> None:
        (started,) = STARTED
        assert str(SEED) not in started


class TestDefault:
    @pytest.fixture
    def cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv(default.CACHE_VARIABLE, str(tmp_path / "cache"))
        return tmp_path / "cache"

    @pytest.mark.rest
    def test_two_at_once_agree_and_it_is_not_built_again(
        self, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        code = "from grader.exam import open_exam; print(open_exam().manifest.name)"
        both = [
            subprocess.Popen(
                [sys.executable, "-c", code],
                cwd=spawn.ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for _ in range(2)
        ]
        (one, errors), (other, more) = (process.communicate() for process in both)
        assert (errors, more) == (b"", b"")
        assert one == other
        monkeypatch.setattr(default, "build_exam", lambda *_, **__: pytest.fail("built again"))
        found = open_exam()
        assert found.manifest.name == one.decode().strip()
        assert open_exam("shapes10").directory == found.directory
        assert list(cache.iterdir()) == [found.directory]
        assert len(found.labels) == 2000

    def test_its_name_never_opens_an_exam_of_other_images(
        self, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(default, "PACKAGED", copy)
        assert open_exam("shapes10").directory == copy
        change_manifest(copy, dataset="cifar10", name="cifar10-3fa2b81c")
        assert open_exam().directory == copy
        with pytest.raises(ExamError, match=r"not one of shapes10: leave --exam out"):
            open_exam("shapes10")

    @pytest.mark.usefixtures("cache")
    def test_another_recipe_is_another_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        part = tmp_path / "reference"
        part.mkdir()
        monkeypatch.setattr(default, "ROOT", tmp_path)
        monkeypatch.setattr(default, "build_exam", lambda *_, **__: None)
        (part / "lab1.py").write_text("one")
        before = default.default_exam()
        (part / "lab1.py").write_text("two")
        assert default.default_exam() != before

    def test_a_cache_that_cannot_be_made(self, cache: Path) -> None:
        cache.write_text("a file is in the way")
        with pytest.raises(ExamError, match="set GRADER_CACHE to a folder"):
            open_exam()


class TestCifar10:
    @pytest.mark.rest
    def test_the_exact_images(self, tmp_path: Path) -> None:
        if not (SHARED / "cifar-10-batches-py").is_dir():
            pytest.skip("needs CIFAR-10 batches beside the project")
        build_exam("cifar10", tmp_path / "exam", data=SHARED, seed=SEED)
        exam = open_exam(str(tmp_path / "exam"))
        with (SHARED / "cifar-10-batches-py" / "test_batch").open("rb") as file:
            batch = pickle.load(file, encoding="bytes")
        wanted = {
            (image.tobytes(), label)
            for image, label in zip(batch[b"data"], batch[b"labels"], strict=True)
        }
        got = {(i.tobytes(), int(n)) for i, n in zip(exam.images, exam.labels, strict=True)}
        assert len(exam.labels) == 1017
        assert got == wanted
        assert all(55 <= net.accuracy <= 75 for net in exam.nets.values())
        assert exam.manifest.remarks == (
            "The checksums of cifar-10-batches-py are not the official ones.",
        )

    @pytest.mark.rest
    @pytest.mark.parametrize("content", [None, b"", b"\x80\x04nothing"])
    def test_a_damaged_batch(self, tmp_path: Path, content: bytes | None) -> None:
        if not (SHARED / "cifar-10-batches-py").is_dir():
            pytest.skip("needs CIFAR-10 batches beside the project")
        place = tmp_path / "cifar-10-batches-py"
        place.mkdir()
        for path in (SHARED / "cifar-10-batches-py").iterdir():
            (place / path.name).write_bytes(path.read_bytes())
        (place / "data_batch_3").unlink()
        if content is not None:
            (place / "data_batch_3").write_bytes(content)
        with pytest.raises(ExamError, match="is not CIFAR-10"):
            build_exam("cifar10", tmp_path / "exam", data=place)

    @pytest.fixture
    def pictures(self, tmp_path: Path) -> Path:
        """Noise under the names of CIFAR-10's classes."""
        names = [
            "airplane",
            "automobile",
            "bird",
            "cat",
            "deer",
            "dog",
            "frog",
            "horse",
            "ship",
            "truck",
        ]
        rng = np.random.default_rng(0)
        for part, count in (("train", 41), ("test", 5)):
            for name in names:
                place = tmp_path / "pictures" / part / name
                place.mkdir(parents=True)
                for index in range(count):
                    image = rng.integers(0, 256, (32, 32, 3), np.uint8)
                    Image.fromarray(image).save(place / f"{index}.png")
        return tmp_path / "pictures"

    @pytest.mark.usefixtures("built_here")
    def test_a_folder_of_images(self, pictures: Path, tmp_path: Path) -> None:
        build_exam("cifar10", tmp_path / "exam", data=pictures, images=30)
        exam = open_exam(str(tmp_path / "exam"))
        assert len(exam.labels) == 30
        files = {}
        for path in (pictures / "test").glob("*/*.png"):
            image = np.asarray(Image.open(path)).transpose(2, 0, 1)
            files[image.tobytes()] = path.parent.name
        for image, label in zip(exam.images, exam.labels, strict=True):
            assert files[image.tobytes()] == exam.manifest.classes[label]

    @pytest.mark.usefixtures("built_here")
    def test_other_classes_than_the_nets(self, pictures: Path, tmp_path: Path) -> None:
        for part in ("train", "test"):
            (pictures / part / "truck").rename(pictures / part / "tram")
        with pytest.raises(ExamError, match=r"knows airplane, .* truck, not airplane, .* tram"):
            build_exam("cifar10", tmp_path / "exam", data=pictures)

    @pytest.mark.usefixtures("built_here")
    def test_too_few_images_to_profile(self, pictures: Path, tmp_path: Path) -> None:
        for path in (pictures / "train" / "cat").iterdir():
            if path.name != "0.png":
                path.unlink()
        with pytest.raises(ExamError, match="has 370 images, 404 are profiled"):
            build_exam("cifar10", tmp_path / "exam", data=pictures)

    @pytest.mark.rest
    def test_a_download_that_fails_names_both_ways_out(self, tmp_path: Path) -> None:
        """No proxy listens at the address given here, so the download fails wherever this runs."""
        code = (
            "import sys; from pathlib import Path; from grader.cli import run;"
            "sys.exit(run(['exam', 'build', '--output', sys.argv[1]]))"
        )
        proxies = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "exam")],
            cwd=spawn.ROOT,
            env={**os.environ, **proxies, default.CACHE_VARIABLE: str(tmp_path / "cache")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert "cannot be downloaded" in done.stderr
        assert "online" in done.stderr
        assert "--data DIR" in done.stderr
        assert not (tmp_path / "exam").exists()


class TestTrace:
    def test_another_net_is_another_architecture(self) -> None:
        class Other(torch.nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.first = torch.nn.Conv2d(1, 4, 3, stride=2, padding=1)
                self.act = torch.nn.ReLU()
                self.last = torch.nn.Linear(4 * 3 * 3, 5, bias=False)

            def forward(self, x: torch.Tensor) -> torch.Tensor:
                x = torch.nn.functional.relu(self.first(x))
                x = self.act(torch.nn.functional.max_pool2d(x, 1)) if False else self.act(x)
                return self.last(x.view(x.size(0), -1))

        first, last = architecture_of(Other(), (1, 6, 6)).layers
        assert (first.name, first.stride, first.padding, first.bias) == ("first", 2, 1, True)
        assert (first.activation, first.pool) == ("relu", 0)
        assert (last.kind, last.weight, last.activation, last.bias) == (
            "linear", (5, 36), "none", False,
        )  # fmt: skip

    @pytest.mark.parametrize(
        "wrong",
        [
            torch.nn.Sigmoid(),
            torch.nn.MaxPool2d(3, 2),
            torch.nn.MaxPool2d((2, 1)),
            torch.nn.Conv2d(4, 4, 1, groups=2),
            torch.nn.Conv2d(4, 4, 1, padding=(0, 1)),
        ],
    )
    def test_what_an_exam_cannot_describe(self, wrong: torch.nn.Module) -> None:
        net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 1), wrong)
        with pytest.raises(ExamError):
            architecture_of(net, (3, 32, 32))


def test_a_manifest_comes_back_as_it_was(exam: Exam) -> None:
    manifest = exam.manifest
    assert msgspec.json.decode(msgspec.json.encode(manifest), type=type(manifest)) == manifest


def test_an_array_is_saved_as_it_is_seen_however_it_lies_in_memory(tmp_path: Path) -> None:
    from grader.exam import build

    kernel = np.arange(24.0).reshape(2, 3, 4).transpose(2, 0, 1)
    build._save(tmp_path / "net.safetensors", {"conv1": kernel})
    assert np.array_equal(load_file(tmp_path / "net.safetensors")["conv1"].numpy(), kernel)
