"""What stands in for GPU, worker processes, downloads, training, Colab and a keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from grader.exam import Exam
from grader.sandbox.outside.answer import Raised, Returned
from grader.sandbox.outside.session import Session
from grader.sandbox.outside.wall import Wall
from grader.sandbox.wire import Claim
from grader.submission import load

NET = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5, bias=False)
        self.conv2 = nn.Conv2d(6, 16, 5, bias=False)
        self.fc1 = nn.Linear(400, 120, bias=False)
        self.fc2 = nn.Linear(120, 84, bias=False)
        self.fc3 = nn.Linear(84, 10, bias=False)
"""
DATA = """
import torchvision, torchvision.transforms as T
data = torchvision.datasets.CIFAR10('data', train=True, download=True, transform=T.ToTensor())
"""
Handed = Callable[[str], Session]


@pytest.fixture
def handed(wall: Wall, exam: Exam, tmp_path: Path) -> Handed:
    """A session for source text that went the whole way of a submission."""

    def admit(source: str) -> Session:
        path = tmp_path / "lab1.py"
        path.write_text(source, encoding="utf-8")
        return wall.admit(load(path).program, exam.practice)

    return admit


def claim(session: Session, name: str = "value_range") -> Claim:
    answer = session.call(name)
    assert isinstance(answer, Returned), answer
    return answer.claim


@pytest.mark.parametrize(
    "expression",
    [
        "torch.zeros(2).cuda()",
        "torch.zeros(2).to('cuda:0')",
        "torch.zeros(2).to(torch.device('cuda'))",
        "torch.zeros(2).to(device='cuda')",
        "torch.zeros(2, device='cuda')",
        "torch.tensor([0.0, 0.0], device=torch.device('cuda', 0))",
        "torch.zeros_like(torch.zeros(2), device='cuda')",
        "torch.nn.Linear(1, 2).cuda().bias * 0",
        "torch.nn.Linear(1, 2, device='cuda').to('cuda').bias * 0",
    ],
)
def test_what_asks_for_a_gpu_gets_the_cpu(handed: Handed, expression: str) -> None:
    session = handed(f"import torch\ndef value_range(): return {expression}\n")
    found = claim(session)
    assert found.array is not None
    assert found.array.tolist() == [0, 0]
    assert session.notes == ("there is no GPU here: what asks for cuda runs on the CPU",)


@pytest.mark.parametrize(
    "definition",
    [
        "@torch.compile\ndef value_range(): return torch.ones(2)",
        "@torch.compile(dynamic=True)\ndef value_range(): return torch.ones(2)",
        "value_range = torch.compile(lambda: torch.ones(2), mode='max-autotune')",
        "net = torch.compile(torch.nn.Identity())\ndef value_range(): return net(torch.ones(2))",
        "net = torch.nn.Identity()\nnet.compile(fullgraph=True)\n"
        "def value_range(): return net(torch.ones(2))",
    ],
)
def test_what_is_to_be_compiled_runs_as_it_is(handed: Handed, definition: str) -> None:
    session = handed(f"import torch\n{definition}\n")
    assert claim(session).words == "a tensor of float32, 2"
    assert session.notes == ("torch.compile does nothing: there is no compiler here",)


@pytest.mark.parametrize(
    ("imported", "bar", "told"),
    [
        ("from tqdm.notebook import tqdm", "tqdm", True),
        ("from tqdm.notebook import trange", "lambda ns: trange(len(ns))", True),
        ("from tqdm import tqdm_notebook", "tqdm_notebook", True),
        ("import tqdm.notebook as t", "t.tqdm_notebook", True),
        ("from tqdm.autonotebook import tqdm", "tqdm", False),
        ("from tqdm.auto import tqdm", "tqdm", False),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_a_progress_bar_of_a_notebook_is_one_of_a_terminal(
    handed: Handed, imported: str, bar: str, told: bool
) -> None:
    session = handed(f"{imported}\nbar = {bar}\ndef value_range(): return sum(bar([0, 1]))\n")
    assert claim(session).words == "an int"
    assert session.notes == ("the progress bars of tqdm.notebook are drawn as text",) * told


def test_where_nothing_asks_for_a_gpu_nothing_is_said(handed: Handed) -> None:
    session = handed(
        "import torch\ndevice = 'cuda' if torch.cuda.is_available() else 'cpu'\n"
        "def value_range(): return torch.zeros(2, device=device)\n"
    )
    assert claim(session).words == "a tensor of float32, 2"
    assert session.notes == ()


def test_data_loaders_load_in_their_own_process(handed: Handed) -> None:
    session = handed(
        "import torch\nloader = torch.utils.data.DataLoader(range(6), 2, num_workers=2,"
        " persistent_workers=True, prefetch_factor=4)\n"
        "def value_range(): return torch.stack(list(loader))\n"
    )
    found = claim(session)
    assert found.array is not None
    assert found.array.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert "DataLoader(num_workers=...) loads in this process" in session.notes[0]


def test_cifar_is_the_exam_s_practice_set(handed: Handed, exam: Exam) -> None:
    session = handed(f"{DATA}def value_range(): return data[3][0], data[3][1], len(data)\n")
    image, label, count = claim(session).items
    assert image.array is not None
    np.testing.assert_array_equal((image.array * 255).round(), exam.calibration[3])
    assert (label.number, count.number) != (None, None)
    assert label.array == exam.practice_labels[3]
    assert count.array == len(exam.calibration)
    assert any("CIFAR-10 is not downloaded" in note for note in session.notes)


def test_no_image_of_the_exam_is_in_the_practice_set(exam: Exam) -> None:
    own = {image.tobytes() for image in exam.images}
    assert not own & {image.tobytes() for image in exam.practice.images}


TRAINED = {
    "in a function": """
def train(n):
    n(1).backward()
net = Net()
train(net)
""",
    "at top level": """
net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(10**9):
    net(epoch).backward()
    optimizer.step()
""",
    "returned": """
def fit(n, epochs):
    n(1).backward()
    return n
net = fit(Net(), 10**9)
""",
    "by a trainer": """
class Trainer:
    def __init__(self, n): self.n = n
    def run(self):
        while True: self.n(1).backward()
net = Net()
trainer = Trainer(net)
trainer.run()
""",
    "several at once": """
def fit(n):
    n(1).backward()
    return n, [1.0]
net, losses = fit(Net())
""",
}


@pytest.mark.parametrize("name", TRAINED)
def test_a_net_has_the_exam_s_weights_and_trains_no_second(
    handed: Handed, exam: Exam, name: str
) -> None:
    session = handed(f"{NET}{TRAINED[name]}def value_range(): return net.fc3.weight\n")
    np.testing.assert_array_equal(claim(session).array, exam.nets["plain"].weights["fc3"])
    assert session.notes


def test_a_net_of_another_shape_is_left_alone(handed: Handed) -> None:
    session = handed(
        f"{NET.replace('84', '85')}net = Net()\ndef value_range(): return net.fc3.weight\n"
    )
    assert claim(session).words == "a tensor of float32, 10x85"
    assert session.notes == ()


def test_quantized_nets_keep_their_integers(handed: Handed) -> None:
    session = handed(
        f"{NET}from copy import deepcopy\nnet = Net()\nnet.fc3.weight.data = torch.ones(10, 84)\n"
        "copy = deepcopy(net)\ndef value_range(): return copy.fc3.weight\n"
    )
    found = claim(session)
    assert found.array is not None
    assert (found.array == 1).all()


def test_what_was_imported_before_leaves_no_trace(handed: Handed) -> None:
    """torchvision's import looks for a folder for temporary files, and remembers it."""
    session = handed(
        "import os, tempfile, torchvision, matplotlib.pyplot\n"
        "def value_range(): return tempfile.gettempdir(), os.getcwd(), *sorted(os.environ)\n"
    )
    temporary, here, *names = [item.text for item in claim(session).items]
    assert temporary == here
    assert "TORCHINDUCTOR_CACHE_DIR" not in names


def test_colab_is_idle(handed: Handed) -> None:
    session = handed(
        "from google.colab import drive, files\nimport google.colab.output as output\n"
        "def value_range():\n    drive.mount('/content/drive')\n    return len(files.upload())\n"
    )
    assert claim(session).array == 0
    assert "google.colab is not here: its functions do nothing" in session.notes


def test_who_asks_whether_this_is_colab_is_told_the_truth(handed: Handed) -> None:
    session = handed(
        "try:\n    import google.colab\n    here = True\nexcept ImportError:\n    here = False\n"
        "def value_range(): return here\n"
    )
    assert claim(session).array == np.False_


def test_nobody_answers_input(handed: Handed) -> None:
    session = handed("def value_range(): return input('ready? ')\n")
    assert claim(session).text == ""
    assert "nobody is there to answer input()" in session.notes[0]


def test_the_trusted_side_s_own_extra_is_not_there_whether_or_not_it_is_installed(
    handed: Handed,
) -> None:
    session = handed(
        "import os, pandas\n"
        "def value_range():\n"
        "    try:\n"
        "        import pyarrow\n"
        "    except ImportError:\n"
        "        lengths = pandas.Series(['a', 'bb']).str.len()\n"
        "        return [*lengths, len(os.listdir('/proc/self/task'))]\n"
    )
    assert [one.array for one in claim(session).items] == [1, 2, 1]  # threads are not forked


def test_a_missing_package_is_named_where_it_is_missed(handed: Handed) -> None:
    session = handed("import polars as pl, math\ndef value_range(): return math.pi, pl.Null\n")
    answer = session.call("value_range")
    assert isinstance(answer, Raised)
    assert answer.message.startswith("name 'pl' is not defined (lab1.py, line 1: ModuleNotFound")
    assert "what can be imported here: torch, torchvision, numpy, scipy" in answer.message
