"""What student code cannot reach, and what an honest program finds as it expects it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.sandbox.outside.answer import Died, Raised, Returned
from grader.sandbox.outside.session import Session
from grader.sandbox.outside.wall import Wall
from grader.submission.program import Program
from tests.cells import cell
from tests.fixed_slice import some

Admit = Callable[..., Session]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the wall needs Linux")
CHECKOUT = Path(__file__).parents[2]
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can choose another user")

PROLOGUE = f"""
import os, signal, socket, sys, tempfile, threading
from pathlib import Path

CHECKOUT = {str(CHECKOUT)!r}
SUPERVISOR = {os.getpid()}
"""


@pytest.fixture(scope="module", params=["as it is", "user", "landlock", "seccomp"])
def weaker(request: pytest.FixtureRequest, wall: Wall) -> Iterator[Wall]:
    """The wall, and the wall without one of its layers."""
    if request.param == "as it is":
        yield wall
        return
    with Wall(without=[request.param]) as weaker:
        yield weaker


def run(wall: Wall, body: str) -> object:
    lines = [f"    {line}" for line in body.strip().splitlines()]
    source = "\n".join([PROLOGUE, "def f():", *lines])
    return wall.admit(Program((cell(source),))).call("f")


def is_on(wall: Wall, layer: str) -> bool:
    if not wall.layers:  # what the last session's first worker said
        run(wall, "return 1")
    return wall.layers[layer][0]


def test_every_layer_is_reported_with_a_reason(wall: Wall) -> None:
    run(wall, "return 1")
    assert set(wall.layers) == {
        *("limits", "no_new_privs", "landlock", "user", "parent", "descriptors"),
        *("seccomp", "namespaces"),
    }
    assert all(reason for _, reason in wall.layers.values())
    assert wall.layers["limits"][0]
    assert wall.layers["no_new_privs"][0]
    assert wall.layers["parent"][0]
    assert wall.layers["user"][0] == (os.getuid() == 0)


FORBIDDEN = {
    "import grader": "import grader",
    "import reference": "import reference.lab1",
    "import from the checkout": "sys.path.insert(0, CHECKOUT)\nimport grader.errors",
    "read the grader": "open(f'{CHECKOUT}/grader/errors.py').read()",
    "read the reference": "os.listdir(f'{CHECKOUT}/reference')",
    "list the checkout": "os.listdir(CHECKOUT)",
    "list the root": "os.listdir('/')",
    "list the folders of others": "os.listdir(Path.cwd().parent)",
    "write beside the box": "Path('../own').write_text('')",
    "write to the packages": "Path(os.__file__).with_name('own.py').write_text('')",
    "write to /dev/shm": "Path('/dev/shm/own').write_text('')",
    "read the wall's log": "Path('../zygote.log').read_text()",
    "read the supervisor's environment": "open(f'/proc/{SUPERVISOR}/environ').read()",
    "read the supervisor's memory": "open(f'/proc/{SUPERVISOR}/mem', 'rb').read()",
    "read the zygote's memory": "open(f'/proc/{os.getppid()}/mem', 'rb').read()",
    "read another's descriptors": "os.listdir(f'/proc/{SUPERVISOR}/fd')",
    "end the supervisor": "os.kill(SUPERVISOR, signal.SIGTERM)",
    "end the zygote": "os.kill(os.getppid(), signal.SIGTERM)",
    "execute": "os.execv('/bin/true', ['true'])",
    "connect": "socket.create_connection(('127.0.0.1', 9), 1)",
    "become root": "os.setuid(0)\nassert os.getuid() == 0",
    "raise a limit": "import resource\nresource.setrlimit(resource.RLIMIT_CORE, (2, 2))",
}
GUARDED_BY = {
    "seccomp": {
        *("end the supervisor", "end the zygote", "execute", "connect"),
        *("become root", "raise a limit"),
    },
    "landlock": set(FORBIDDEN) - {"become root", "raise a limit"},
    "user": {
        "import grader",
        "import reference",
        "list the folders of others",
        "write beside the box",
        "write to the packages",
        "read the wall's log",
        "read the supervisor's environment",
        "read the supervisor's memory",
        "read the zygote's memory",
        "read another's descriptors",
        "end the supervisor",
        "end the zygote",
        "become root",
        "raise a limit",
    },
}


@pytest.mark.parametrize("act", FORBIDDEN)
def test_forbidden(weaker: Wall, act: str) -> None:
    guards = [layer for layer, acts in GUARDED_BY.items() if act in acts]
    if not any(is_on(weaker, layer) for layer in guards):
        pytest.skip(f"guarded by {guards}, which is off")
    answer = run(weaker, FORBIDDEN[act])
    assert isinstance(answer, Raised), answer
    assert answer.kind in {"PermissionError", "ModuleNotFoundError", "ValueError"}


def test_inside_a_worker_nothing_is_open_that_it_does_not_need(wall: Wall) -> None:
    answer = run(
        wall,
        """
found = []
for name in sorted(os.listdir('/proc/self/fd'), key=int):
    try:
        found.append(os.readlink(f'/proc/self/fd/{name}').partition(':')[0])
    except OSError:
        pass
return found
""",
    )
    assert isinstance(answer, Returned)
    found = [item.text for item in answer.claim.items]
    assert found[:3] == ["/dev/null", "pipe", "pipe"]
    rest = [path for path in found[3:] if not path.startswith("/proc/")]
    assert rest.count("pipe") == 2
    assert rest.count("/memfd") <= 1  # the exam's images, sealed, once a session was given them
    packages = [path for path in rest if path not in ("pipe", "/memfd")]
    assert all("python" in path for path in packages)


def test_the_environment_holds_nothing_of_the_supervisor_s(wall: Wall) -> None:
    answer = run(wall, "return sorted(os.environ) + [os.environ['HOME'], os.getcwd()]")
    assert isinstance(answer, Returned)
    *names, home, here = [item.text for item in answer.claim.items]
    assert set(names) == {
        *("HOME", "LANG", "MPLBACKEND", "MPLCONFIGDIR", "PATH", "TMPDIR", "USER"),
        *("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"),
    }
    assert home == here


def test_student_code_computes_with_the_kernels_that_its_processor_has(wall: Wall) -> None:
    capability = "torch.backends.cpu.get_cpu_capability()"
    answer = run(wall, f"import torch\nreturn {capability}")
    assert isinstance(answer, Returned)
    # In a process of its own: here a variable may have capped it.
    command = [sys.executable, "-c", f"import torch; print({capability})"]
    here = subprocess.run(command, env={}, capture_output=True, check=True, text=True)
    assert answer.claim.text == here.stdout.strip()


def test_student_code_is_capped_by_its_wall_and_by_no_variable_of_the_grader_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "SSE41")
    with Wall(instructions={"ATEN_CPU_CAPABILITY": "default"}) as capped:
        answer = run(
            capped,
            "import torch\n"
            "return torch.backends.cpu.get_cpu_capability(), 'ONEDNN_MAX_CPU_ISA' in os.environ",
        )
    assert isinstance(answer, Returned)
    capability, leaked = answer.claim.items
    assert capability.text == "DEFAULT"
    assert not leaked.array


def test_memory_and_files_have_an_end(wall: Wall) -> None:
    answer = run(wall, "return bytearray(100 << 30)")
    assert isinstance(answer, Raised)
    assert answer.kind == "MemoryError"
    assert "the limit: a process may take 4096 MiB" in answer.message
    answer = run(wall, "Path('big').write_bytes(bytes(80 << 20))")
    assert isinstance(answer, Raised)
    assert "File too large" in answer.message
    assert "the limit: a file may have 64 MiB" in answer.message


HELD = "held = []\ntry:\n    while True: held.append(open('/dev/null'))\nexcept OSError: pass\n"
LIMITS = {
    "a file that torch saves": (
        "import torch\ntorch.save(torch.zeros(20_000_000), 'w.pt')",
        "(the limit: a file may have 64 MiB)",
    ),
    "the same, in torch's old format": (
        "import torch\ntorch.save([torch.zeros(20_000_000)], 'w', "
        "_use_new_zipfile_serialization=False)",
        "(the limit: a file may have 64 MiB)",
    ),
    "a file that torch maps": (
        "import torch\ntorch.from_file('w', shared=True, size=20_000_000)",
        "(the limit: a file may have 64 MiB)",
    ),
    "a file that torch opens": (
        f"import torch\n{HELD}torch.from_file('w', shared=True, size=1)",
        "(the limit: 256 open files)",
    ),
    "many small tensors": (
        "raise RuntimeError('std::bad_alloc')",  # as torch does, at the end of 4 GiB of them
        "(the limit: a process may take 4096 MiB)",
    ),
}


@pytest.mark.parametrize("what", LIMITS)
def test_a_limit_is_named_where_torch_tells_no_number(wall: Wall, what: str) -> None:
    body, words = LIMITS[what]
    answer = run(wall, body)
    assert isinstance(answer, Raised)
    assert answer.kind == "RuntimeError"
    assert answer.message.endswith(words)


FILLS = {
    "bytes": (
        "for i in range(100):\n    Path(f'{i}').write_bytes(bytes(60 << 20))",
        "its files took more than 256 MiB",
    ),
    "files": (
        "for i in range(10**7):\n    Path(f'{i}').touch()",
        "it made more than 10,000 files, or folders too deep",
    ),
    "folders": (
        "while True:\n    os.mkdir('x')\n    os.chdir('x')",
        "it made more than 10,000 files, or folders too deep",
    ),
    "bytes, printing all the time": (
        "for i in range(100):\n    print('x' * 100_000)\n"
        "    Path(f'{i}').write_bytes(bytes(60 << 20))",
        "its files took more than 256 MiB",
    ),
}


@pytest.mark.parametrize("what", some({"folders"}, FILLS))
def test_the_scratch_folder_has_an_end_and_says_so(wall: Wall, what: str) -> None:
    body, words = FILLS[what]
    answer = run(wall, body)
    assert answer == Died(f"it was ended: {words}", retried=False)
    assert isinstance(run(wall, "return 1"), Returned)


@pytest.mark.parametrize(
    "body",
    [
        "import subprocess\nsubprocess.run(['true'])",
        "import multiprocessing\nmultiprocessing.get_context('fork').Process(target=print).start()",
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9')",
    ],
)
def test_what_the_wall_stops_is_explained(wall: Wall, body: str) -> None:
    answer = run(wall, body)
    assert isinstance(answer, Raised)
    assert "here no other process can be started and no network reached" in answer.message


@needs_root
def test_processes_have_an_end(wall: Wall) -> None:
    answer = run(wall, "for _ in range(500):\n    threading.Thread(target=signal.pause).start()")
    assert isinstance(answer, Raised)
    assert answer.kind == "RuntimeError"
    assert isinstance(run(wall, "return 1"), Returned)


def test_two_workers_are_strangers(wall: Wall, admit: Admit) -> None:
    """One is still there while the other looks for its box and tries to end it."""
    first = admit("import os\ndef f(): return [os.getcwd(), str(os.getpid())]\n")
    with first.group():
        answer = first.call("f")
        assert isinstance(answer, Returned)
        box, pid = [item.text for item in answer.claim.items]
        for act in (f"os.listdir({box!r})", f"os.kill({pid}, 9)", f"open('/proc/{pid}/mem')"):
            answer = run(wall, act)
            assert isinstance(answer, Raised), act
            assert answer.kind == "PermissionError"
        assert isinstance(first.call("f"), Returned)


HONEST = {
    "train": """
        net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 5), torch.nn.ReLU(), torch.nn.Flatten())
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
        net(torch.rand(2, 3, 8, 8)).sum().backward()
        optimizer.step()
    """,
    "save and load": """
        torch.save({"w": torch.ones(3)}, "w.pt")
        assert torch.load("w.pt")["w"].sum() == 3
    """,
    "script": """
        scripted = torch.jit.script(helper)
        assert scripted(torch.ones(2)).sum() == 4
    """,
    "temporary files": """
        import tempfile
        with tempfile.TemporaryDirectory() as folder, open(f"{folder}/t.csv", "w") as file:
            csv.writer(file).writerow([1, 2])
    """,
    "threads": """
        import threading
        done = []
        threads = [threading.Thread(target=done.append, args=(i,)) for i in range(8)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        assert sorted(done) == list(range(8))
    """,
    "standard library": """
        import decimal, sqlite3, statistics, unittest, xml.dom.minidom, zoneinfo
        import getpass, platform, uuid
        assert getpass.getuser() == "student"
        assert statistics.mean([1, 2, 3]) == 2
    """,
    "progress": """
        from tqdm import tqdm
        assert sum(tqdm(range(4))) == 6
    """,
    "a data loader": """
        data = torch.utils.data.TensorDataset(torch.rand(8, 3), torch.arange(8))
        loader = torch.utils.data.DataLoader(data, batch_size=4, shuffle=True)
        assert sum(len(y) for _, y in loader) == 8
    """,
    "a figure": """
        plt = library("matplotlib.pyplot")
        plt.hist(torch.rand(100).numpy())
        plt.title("weights")
        plt.savefig("figure.png")
        plt.show()
    """,
}


@pytest.mark.parametrize("program", HONEST)
def test_an_honest_program_notices_nothing(admit: Admit, program: str) -> None:
    session = admit(f"""
import csv, importlib
import torch

def helper(x: torch.Tensor) -> torch.Tensor:
    return x * 2

def library(name):
    return importlib.import_module(name)

def f():{HONEST[program]}""")
    answer = session.call("f")
    assert isinstance(answer, Returned), answer
    assert session.notes == ()
