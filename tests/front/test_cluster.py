"""A class is graded on a cluster as it is here, whatever disappears there meanwhile."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import psutil
import pytest

from grader.course.batch import Batch, Counts
from grader.course.cluster import Cluster, ClusterPool
from grader.course.handed_in import Delivery, Download, Student, Upload
from grader.course.journal import Journal
from grader.course.pool import LocalPool, Pool
from grader.course.told import numbers
from grader.course.work import Setup
from grader.errors import UsageError
from grader.exam import open_exam
from grader.grade import Terms, checks
from grader.grade import terms as terms_of
from grader.result import Result
from grader.rubric import load_rubric
from grader.validation.composition import planted
from tests.clusters import Nodes, kill

pytestmark = pytest.mark.rest
ROOT = Path(__file__).parents[2]
SHORT = frozenset({"1.2", "2.1", "5.2"})
BODY = """\
largest = {steps} / float(weights.abs().max())
return (weights * largest).round().clamp(-128, 127), largest"""
"""Of `quantized_weights`: right with 127 steps."""
CONNECTS = """\
import socket
try:
    socket.create_connection(("127.0.0.1", {port}), 5).close()
    print("reached")
except OSError as error:
    print("not reached")
"""


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    """By a course's own rubric, with few questions."""
    rules, lines, total = load_rubric().covering(checks()).checks, [], 0.0
    for name, (question, _, _) in checks().items():
        if question not in SHORT:
            lines += [f'[checks."{name}"]', "enabled = false"]
        elif not rules[name].bonus:
            total += rules[name].points
    path = tmp_path / "short.toml"
    path.write_text("\n".join([f"total = {total:g}", *lines]), encoding="utf-8")
    return Setup(rubric=str(path))


@pytest.fixture
def nodes(temporary: Path) -> Iterator[Nodes]:
    with Nodes(temporary) as nodes:
        yield nodes


@pytest.fixture
def handed_in(tmp_path: Path, reference: str) -> Callable[[list[str]], list[Delivery]]:
    """Deliveries of the reference with these bodies of `quantized_weights`."""

    def handed_in(bodies: list[str]) -> list[Delivery]:
        found = []
        for number, body in enumerate(bodies):
            path = tmp_path / "handed in" / f"student-{number}" / "lab1.py"
            path.parent.mkdir(parents=True)
            path.write_text(planted(reference, {"quantized_weights": body}), encoding="utf-8")
            found.append(Delivery(f"s{number}", (Student(f"s{number}"),), (Upload(path),)))
        return found

    return handed_in


def graded(
    folder: Path,
    deliveries: list[Delivery],
    setup: Setup,
    pool: Pool,
    tell: Callable[[Counts], None] = lambda _: None,
) -> dict[str, Result]:
    """What becomes of a class, but for times."""
    agreed: Terms = terms_of(setup.options())
    with Journal(folder, new=True) as journal:
        entered = journal.enter(Download("folder", tuple(deliveries)))
        with pool:
            batch = Batch(journal, agreed, setup, pool, tell)
            batch.run(entered, lambda each: numbers(each, "latest"))
        assert (batch.counts.aside, batch.counts.done) == (0, len(deliveries))
        results = {}
        for delivery in entered:
            kept = journal.kept(delivery.key, 0)
            assert kept is not None
            assert kept.graded.result is not None
            results[delivery.key] = replace(kept.graded.result, seconds=0.0, measured=())
    return results


def same(one: dict[str, Result], other: dict[str, Result]) -> bool:
    return msgspec.json.encode(one) == msgspec.json.encode(other)


def test_a_killed_worker_and_a_restarted_scheduler_lose_nothing(
    nodes: Nodes,
    setup: Setup,
    handed_in: Callable[[list[str]], list[Delivery]],
    temporary: Path,
    tmp_path: Path,
) -> None:
    bodies = [BODY.format(steps=127 - number) for number in range(9)]
    bodies += ["raise ValueError('mine')", "import os\nos._exit(3)", "return 'weights', 0"]
    deliveries = handed_in(bodies)
    undisturbed = graded(
        tmp_path / "here", deliveries, setup, LocalPool(setup, open_exam(setup.exam), 1)
    )
    nodes.start_workers(3)
    left: list[psutil.Process] = []
    moments: list[Callable[[], None]] = []

    def kill_worker() -> None:
        left.extend(nodes.processes())
        kill(nodes.workers.pop())

    def restart_scheduler() -> None:
        left.extend(nodes.processes())
        assert nodes.scheduler is not None
        kill(nodes.scheduler)
        nodes.start_scheduler()
        nodes.start_workers(3)

    moments += [restart_scheduler, kill_worker]

    def tell(counts: Counts) -> None:
        if moments and counts.graded >= 4 * (3 - len(moments)):
            moments.pop()()

    pool = ClusterPool(setup, Cluster(nodes.address))
    there = graded(tmp_path / "there", deliveries, setup, pool, tell)
    assert moments == []
    assert same(there, undisturbed)
    assert len({result.score for result in there.values()}) > 1
    left += nodes.processes()
    nodes.__exit__()
    assert psutil.wait_procs(left, timeout=120)[1] == []  # what graded ends with its worker
    assert list(temporary.glob("grader-*")) == []  # and the exam is gone with it


def test_student_code_reaches_no_scheduler_and_holds_no_socket_of_the_worker(
    nodes: Nodes,
    setup: Setup,
    handed_in: Callable[[list[str]], list[Delivery]],
    tmp_path: Path,
) -> None:
    nodes.start_workers(1, threads=2)
    port = int(nodes.address.rpartition(":")[2])
    deliveries = handed_in([CONNECTS.format(port=port) + BODY.format(steps=127)])
    zygotes: dict[int, set[str]] = {}

    def look(_: Counts) -> None:
        for process in psutil.Process(nodes.workers[0].pid).children(recursive=True):
            if any(Path(word).name == "zygote.py" for word in process.cmdline()[1:]):
                zygotes[process.pid] = _sockets(process.pid)

    pool = ClusterPool(setup, Cluster(nodes.address))

    def tell(counts: Counts) -> None:
        if counts.graded:  # its process is still there
            assert pool.workers == 2
            look(counts)

    (result,) = graded(tmp_path / "there", deliveries, setup, pool, tell).values()
    assert "not reached" in result.printed
    assert "not reached" not in result.printed.replace("not reached", "")
    assert zygotes
    of_worker = {
        socket
        for process in [
            psutil.Process(nodes.workers[0].pid),
            *psutil.Process(nodes.workers[0].pid).children(),
        ]
        for socket in _sockets(process.pid)
    }
    assert of_worker
    for found in zygotes.values():
        assert not found & of_worker


def _sockets(pid: int) -> set[str]:
    links = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
    return {link for link in links if link.startswith("socket:")}


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Path]]:
    """By authority, its own certificate, and one by it with its key."""
    folder, found = tmp_path_factory.mktemp("certificates"), {}
    for name in ("ours", "theirs"):
        paths = {part: folder / f"{name}-{part}.pem" for part in ("ca-file", "cert", "key")}
        authority, request = folder / f"{name}-ca-key.pem", folder / f"{name}.csr"
        new = ["req", "-newkey", "rsa:2048", "-nodes", "-subj"]
        _openssl(*new, f"/CN={name}", "-x509", "-keyout", authority, "-out", paths["ca-file"])
        _openssl(*new, f"/CN=of {name}", "-keyout", paths["key"], "-out", request)
        signed_by = ["-CA", paths["ca-file"], "-CAkey", authority, "-set_serial", "2"]
        _openssl("x509", "-req", "-in", request, *signed_by, "-out", paths["cert"])
        found[name] = paths
    return found


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def _named(address: str, files: dict[str, Path]) -> Cluster:
    return Cluster(address, files["ca-file"], files["cert"], files["key"])


def test_what_travels_is_encrypted_where_certificates_are_given(
    setup: Setup,
    certificates: dict[str, dict[str, Path]],
    handed_in: Callable[[list[str]], list[Delivery]],
    temporary: Path,
    tmp_path: Path,
) -> None:
    ours, theirs = certificates["ours"], certificates["theirs"]
    with Nodes(temporary, ours) as nodes:
        nodes.start_workers(1)
        for wrong, words in (
            (theirs, "not by --tls-ca"),
            ({**theirs, "ca-file": ours["ca-file"]}, "refuses --tls-cert"),
        ):
            with pytest.raises(UsageError, match=words) as refused:
                ClusterPool(setup, _named(nodes.address, wrong)).__enter__()
            assert "\n" not in str(refused.value)
        plain = nodes.address.replace("tls", "tcp")
        with pytest.raises(Exception, match="no scheduler answers"):
            ClusterPool(setup, Cluster(plain)).__enter__()
        pool = ClusterPool(setup, _named(nodes.address, ours))
        (result,) = graded(
            tmp_path / "there", handed_in([BODY.format(steps=127)]), setup, pool
        ).values()
    assert result.score == sum(entry.max_score for entry in result.entries)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--cluster", "tcp://192.0.2.1:8786"], "is not encrypted"),
        (["--cluster", "tls://192.0.2.1:8786"], "needs --tls-ca, --tls-cert and --tls-key"),
        (["--cluster", "tcp://127.0.0.1:9", "--workers", "2"], "--workers counts processes here"),
        (["--tls-key", "key.pem"], "go with --cluster"),
    ],
)
def test_nothing_is_sent_in_the_clear(arguments: list[str], words: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "grader", "batch", str(tmp_path)]
    ended = subprocess.run(
        [*command, "--output", str(tmp_path / "class"), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 2
    assert words in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert not (tmp_path / "class").exists()
