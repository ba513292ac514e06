"""Stand-ins for what student code asks for and does not get here (in the student's process).

There is no GPU, compiler, Colab or network, nobody at a keyboard, and no time to train. Code that
asks for these goes on with the CPU, a small data set and trained nets, and the student is told.
"""

from __future__ import annotations

import ast
import builtins
import importlib.machinery
import importlib.util
import inspect
import json
import math
import multiprocessing.context
import os
import re
import sys
import threading
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.overrides import TorchFunctionMode

if TYPE_CHECKING:
    from grader.sandbox.inside import labnet
else:
    import labnet

MOST_NOTES = 20

LOADER = inspect.signature(torch.utils.data.DataLoader.__init__)
"""How a DataLoader is made: found out before the fork, since it takes a millisecond."""
RECORDS = re.compile("loss|hist|acc|err|log|curve|stat|time|epoch", re.I)
"""In the names of what a training records; a net that it trains has another name."""

Note = Callable[[str], None]


class StandIns:
    """The stand-ins of one worker, and what the student is told of them."""

    def __init__(self, practice: Path) -> None:
        """Prepare; `practice` is the file of the exam's practice set, read when it is asked for."""
        self.path = practice
        self._told: list[str] = []
        self._fresh: list[str] = []

    def install(self, sources: str) -> None:
        """Put the stand-ins in place that the student's sources may need."""
        builtins.input = self._input
        # What a notebook has without an import. Each shows nothing, and raises nothing.
        builtins.__dict__.update(display=_shows_nothing, get_ipython=lambda: None)
        warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive")  # plt.show()
        _without_worker_processes(self.note)
        _without_compiler(self.note)
        if "multiprocessing" in sources:
            _with_pools_of_threads()
        if "tqdm" in sources:
            _without_widgets(self.note)
        if "cuda" in sources:
            mode: Any = _CpuOnly(self.note)
            mode.__enter__()  # for as long as this process lives
            for name in ("synchronize", "set_device", "reset_peak_memory_stats"):
                # Each a function of its own: torch's compiler knows them apart.
                setattr(torch.cuda, name, lambda *_, **__: None)
        datasets = sys.modules.get("torchvision.datasets")
        if datasets is not None:
            _without_downloads(datasets, self)

    def install_all(self) -> None:
        """Put all of them in place, for a whole notebook."""
        self.install("cuda")
        self.colab()
        os.environ["LAB1_EPOCHS"] = "1"  # the template's own way to train for a short while

    def notes(self) -> list[str]:
        """Take the remarks for the student that are new."""
        new, self._fresh = self._fresh, []
        return new

    def note(self, text: str) -> None:
        """Remember a remark for the student."""
        if text not in self._told and len(self._told) < MOST_NOTES:
            self._told.append(text)
            self._fresh.append(text)

    def _input(self, _prompt: object = "", /) -> str:
        self.note("nobody is there to answer input(): it returns an empty text")
        return ""

    # The practice set -------------------------------------------------------------------------

    @cached_property
    def _practice(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = np.load(self.path)
        return found

    def images(self) -> tuple[Any, list[int], list[str]]:
        """Images uint8 (n, height, width, channels), labels and class names."""
        self.note("CIFAR-10 is not downloaded: a few hundred images of the exam stand in for it")
        images = np.ascontiguousarray(self._practice["images"].transpose(0, 2, 3, 1))
        return images, self._practice["labels"].tolist(), self._practice["classes"].tolist()

    def layers(self, kind: str) -> list[dict[str, Any]]:
        """The layers of the net `plain`, or `biased`."""
        found: list[dict[str, Any]] = json.loads(str(self._practice[f"{kind}/layers"]))
        return found

    def _parameters(self, kind: str) -> dict[str, torch.Tensor]:
        names = labnet.parameters(self.layers(kind))
        return {name: torch.from_numpy(self._practice[f"{kind}/{name}"]) for name in names}

    # Trained nets -----------------------------------------------------------------------------

    def train(self, name: str, value: object, place: str) -> None:
        """Give the exam's trained parameters to an untrained net, if these have its shapes."""
        if not isinstance(value, nn.Module) or not _untrained(value):
            return
        shapes = {name: tuple(each.shape) for name, each in value.named_parameters()}
        for kind in ("plain", "biased"):
            if shapes == labnet.parameters(self.layers(kind)):
                value.load_state_dict(self._parameters(kind), strict=False)
                where = f"{place}: " if place else ""
                self.note(f"{where}{name} is not trained here: it has the exam's weights")

    def net(self, classes: Mapping[str, Any], biased: bool) -> nn.Module:
        """A trained net for a name that a training would have bound."""
        kind, name = ("biased", "NetWithBias") if biased else ("plain", "Net")
        own, _ = labnet.own(classes[name], self.layers(kind)) if name in classes else (None, "")
        net = labnet.LabNet(self.layers(kind)) if own is None else own
        net.load_state_dict(self._parameters(kind), strict=False)
        return net

    def trained(self, statement: ast.stmt, names: Iterator[str], space: dict[str, Any]) -> None:
        """Bind names that a training would have bound: to a trained net, or to an empty list."""
        mentioned = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        returned = isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)
        for name in names:
            if name in space:
                continue
            if returned and not RECORDS.search(name):
                biased = "bias" in name.lower() or "NetWithBias" in mentioned
                space[name] = self.net(space, biased)
                self.note(f"the training that makes {name} is left out: {name} is the exam's net")
            else:
                space[name] = []
                self.note(f"the training that makes {name} is left out: {name} is an empty list")

    # Colab ------------------------------------------------------------------------------------

    def colab(self) -> None:
        """Put a `google.colab` in place whose parts do nothing."""
        names = ["google.colab", *(f"google.colab.{part}" for part in COLAB)]
        if importlib.util.find_spec("google") is None:
            names.insert(0, "google")
        for name in names:
            module = _Idle(name)
            module.__path__ = []
            module.__spec__ = importlib.machinery.ModuleSpec(name, None)  # asked for by find_spec
            sys.modules[name] = module
            parent, _, child = name.rpartition(".")
            if parent:
                setattr(sys.modules[parent], child, module)


COLAB = ("drive", "files", "output", "patches", "auth", "userdata", "widgets", "data_table")


class _Idle(types.ModuleType):
    """A module each of whose functions does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing


def _nothing(*_: Any, **__: Any) -> dict[str, Any]:
    return {}


def _shows_nothing(*_: Any, **__: Any) -> None:
    pass


def _untrained(net: nn.Module) -> bool:
    """Whether every weight lies within the bounds in which torch draws the first ones."""
    weights = [each.detach() for each in net.parameters() if each.dim() > 1]
    return all(
        bool(weight.abs().max() <= 1.01 / math.sqrt(weight[0].numel()))
        for weight in weights
        if weight.numel()
    )


def _without_worker_processes(note: Note) -> None:
    """Let every DataLoader load in this process."""
    loader: Any = torch.utils.data.DataLoader
    original = loader.__init__

    def here(*arguments: Any, **options: Any) -> None:
        bound = LOADER.bind(*arguments, **options).arguments
        if bound.pop("num_workers", 0):
            note("DataLoader(num_workers=...) loads in this process: no other can be started")
            for option in ("prefetch_factor", "persistent_workers", "multiprocessing_context"):
                bound.pop(option, None)
        original(**bound)

    loader.__init__ = here


def _with_pools_of_threads() -> None:
    """Let a pool of threads have its lock, which elsewhere is one between processes."""
    context: Any = multiprocessing.context.BaseContext
    context.Lock = lambda _: threading.Lock()


def _without_compiler(note: Note) -> None:
    """Let torch.compile give back what it is given."""

    def same(model: Any = None, **_: Any) -> Any:
        note("torch.compile does nothing: there is no compiler here")
        return (lambda function: function) if model is None else model

    torch.compile = same
    nn.Module.compile = lambda *_, **__: same()  # type: ignore[method-assign]


def _without_widgets(note: Note) -> None:
    """Let the progress bars of a notebook be those of a terminal."""
    if importlib.util.find_spec("tqdm") is None:
        return
    bars, name = importlib.import_module("tqdm.std"), "tqdm.notebook"

    def in_terminal(wanted: str) -> Any:
        if wanted.startswith("__"):
            raise AttributeError(wanted)
        note("the progress bars of tqdm.notebook are drawn as text")
        return getattr(bars, {"tqdm_notebook": "tqdm", "tnrange": "trange"}.get(wanted, wanted))

    module: Any = types.ModuleType(name)
    module.__getattr__ = in_terminal
    sys.modules[name] = module


def _without_downloads(datasets: Any, standins: StandIns) -> None:
    """Let CIFAR10 be made of the practice set, whatever folder and download it is given."""
    original = datasets.CIFAR10.__init__

    def small(*arguments: Any, **options: Any) -> None:
        bound = inspect.signature(original).bind(*arguments, **options).arguments
        data, transforms = bound["self"], ("transform", "target_transform")
        options = {name: bound[name] for name in transforms if name in bound}
        datasets.VisionDataset.__init__(data, str(bound["root"]), **options)
        data.train = bound.get("train", True)
        data.data, data.targets, data.classes = standins.images()
        data.class_to_idx = {name: number for number, name in enumerate(data.classes)}

    datasets.CIFAR10.__init__ = small


class _CpuOnly(TorchFunctionMode):
    """Every tensor stays on the CPU, wherever code would put it."""

    def __init__(self, note: Note) -> None:
        super().__init__()
        self.note = note

    def __torch_function__(
        self, function: Any, _types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if function is torch.Tensor.cuda:
            self._tell()
            return args[0]
        if function is torch.Tensor.to:
            args = tuple(self._here(value) for value in args)
        if "device" in kwargs:
            kwargs = {**kwargs, "device": self._here(kwargs["device"])}
        return function(*args, **kwargs)

    def _here(self, value: Any) -> Any:
        if isinstance(value, (str, torch.device)) and str(value).startswith("cuda"):
            self._tell()
            return torch.device("cpu")
        return value

    def _tell(self) -> None:
        self.note("there is no GPU here: what asks for cuda runs on the CPU")
