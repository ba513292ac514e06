"""A pool on a Dask cluster that is there already: its workers grade, its scheduler hands out.

Whatever disappears there comes back as work to be done again: a worker's tasks by the scheduler,
all tasks by this pool where the scheduler itself was gone. Every wait has an end.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import ipaddress
import logging
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec

from grader.course.parcel import MOST_BYTES, Answer, Sealed, digest_of, packed
from grader.course.pool import longest
from grader.course.remote import drop, grade, supply
from grader.course.work import Done, Setup
from grader.errors import GraderError, UsageError

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 30.0
"""So long may a scheduler take to answer, and a result to arrive that is there."""
WORKERS_SECONDS = 300.0
"""So long may a cluster have no worker that can grade: it may have to start machines."""
RETURN_SECONDS = 120.0
"""So long may a scheduler be gone."""
LOOK_SECONDS = 10.0
"""Between two looks at who is there."""
LEAVE_SECONDS = 10.0
"""So long the workers may take to let the exam go, once all is done."""
MOST_LOST = 5
"""A task is handed out again so often where the scheduler was gone."""
LATE = (TimeoutError, asyncio.TimeoutError, concurrent.futures.TimeoutError)
"""One and the same from Python 3.11 on."""
ELSEWHERE = (ImportError, AttributeError, TypeError)
"""What a task fails of where the grader is missing, or is another; it never raises anything."""


@dataclass(frozen=True)
class Cluster:
    """Where a scheduler is, and what proves who is who."""

    address: str
    """`tls://HOST:PORT`, or `tcp://HOST:PORT` on this machine."""
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None

    def __post_init__(self) -> None:
        """See that nothing would travel in the clear.

        Raises:
            UsageError: it would, or a file is not what it must be, or dask is not installed.
        """
        given = [each for each in (self.ca, self.cert, self.key) if each is not None]
        scheme, host, port = _parts(self.address)
        if scheme not in ("tcp", "tls") or not host or port is None:
            raise UsageError(f"--cluster {self.address}: name it as tls://HOST:PORT")
        if scheme == "tls" and len(given) < 3:
            raise UsageError(f"{self.address} needs --tls-ca, --tls-cert and --tls-key")
        if scheme == "tcp" and (given or not on_loopback(self.address)):
            raise UsageError(
                f"{self.address} is not encrypted, and what travels there holds the exam: name"
                f" tls://{host}:{port}, with --tls-ca, --tls-cert and --tls-key"
            )
        self.context()
        if find_spec("distributed") is None:
            raise UsageError(
                "--cluster needs dask: install it with `pip install distributed`, in the version"
                " that the cluster has"
            )

    @property
    def encrypted(self) -> bool:
        """Whether all that travels is encrypted."""
        return self.ca is not None

    def context(self) -> ssl.SSLContext | None:
        """What a connection is encrypted with, if it is.

        Raises:
            UsageError: a file cannot be read, or does not hold what it must.
        """
        if self.ca is None or self.cert is None or self.key is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False  # whoever has a certificate by this authority is trusted
        try:
            context.load_verify_locations(self.ca)
        except OSError as error:
            raise UsageError(f"--tls-ca {self.ca}: {_reason(error)}") from error
        try:
            context.load_cert_chain(self.cert, self.key, password="")  # nobody is asked for one
        except OSError as error:
            files = f"--tls-cert {self.cert}, --tls-key {self.key}"
            raise UsageError(f"{files}: {_reason(error)}") from error
        return context

    def knock(self) -> None:
        """See that a scheduler answers, and that both sides know each other.

        Raises:
            UsageError: they do not.
            GraderError: nobody answers.
        """
        _, host, port = _parts(self.address)
        context = self.context()
        try:
            with contextlib.ExitStack() as stack:
                plain = socket.create_connection((host, port or 0), timeout=CONNECT_SECONDS)
                stack.enter_context(plain)
                if context is not None:
                    # The other side speaks first, and refuses our certificate only then.
                    stack.enter_context(context.wrap_socket(plain)).recv(1)
        except ssl.SSLCertVerificationError as error:
            raise UsageError(
                f"{self.address}: the scheduler's certificate is not by --tls-ca"
                f" ({error.verify_message})"
            ) from error
        except ssl.SSLError as error:
            raise UsageError(
                f"{self.address}: it does not speak TLS, or refuses --tls-cert ({_reason(error)})"
            ) from error
        except OSError as error:
            raise GraderError(
                f"{self.address}: no scheduler answers there ({_reason(error)})"
            ) from error

    def connect(self, seconds: float) -> Client:
        """A client of the scheduler.

        Raises:
            GraderError: it does not answer in time.
        """
        import dask
        from distributed import Client
        from distributed.security import Security

        _hush()
        dask.config.set(_DASK)
        security = (
            Security(
                require_encryption=True,
                tls_ca_file=str(self.ca),
                tls_client_cert=str(self.cert),
                tls_client_key=str(self.key),
            )
            if self.encrypted
            else None
        )
        try:
            return Client(self.address, timeout=seconds, set_as_default=False, security=security)
        except (OSError, ValueError, RuntimeError, *LATE) as error:
            raise GraderError(
                f"{self.address}: no scheduler answers there ({_reason(error)})"
            ) from error


_DASK = {
    "distributed.admin.large-graph-warning-threshold": "1 GB",  # a setup holds the exam
    "distributed.diagnostics.computations.nframes": 0,  # sends no source code along
}


def _hush() -> None:
    """Keep dask from telling at length what is told in one line."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _parts(address: str) -> tuple[str, str, int | None]:
    """Scheme, host and port."""
    try:
        parts = urlsplit(address if "://" in address else f"tcp://{address}")
        return parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        return "", "", None


def on_loopback(address: str) -> bool:
    """Whether what is sent to an address stays on this machine."""
    _, host, _ = _parts(address)
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())


@dataclass(eq=False)
class _Job:
    """A task until it is done."""

    task: bytes
    future: concurrent.futures.Future[bytes]
    lost: int = 0
    """How often the scheduler was gone while it was out."""
    flight: Any = None
    """Dask's future of it; None: it waits for a worker's setup."""
    only: frozenset[str] = frozenset()
    """It may be done by these workers; none: by all."""


@dataclass(eq=False)
class _Supply:
    """A worker that is being given the setup, and what waits for that."""

    flight: Any = None
    waiting: list[_Job] = field(default_factory=list)


class ClusterPool:
    """Context manager: the workers of a cluster, as a pool.

    One thread decides everything, one event after the other: a new task, an answer, a look at who
    is there.
    """

    def __init__(self, setup: Setup, cluster: Cluster) -> None:
        """Prepare it.

        Raises:
            UsageError: exam or rubric cannot be opened, or whole notebooks would be executed.
        """
        self.workers = 1
        """Threads of the cluster's workers: each is a process that grades."""
        self._cluster, self._seconds = cluster, longest(setup.limits)
        parcel = packed(setup)
        self._parcel, self._digest = Sealed(parcel), digest_of(parcel)
        self._events: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._jobs: dict[_Job, None] = {}
        self._supplies: dict[str, _Supply] = {}
        """By the worker's address."""
        self._there: dict[str, int] = {}
        """Workers' threads, by address, as last seen."""
        self._unfit: dict[str, str] = {}
        """Workers that cannot grade, and why."""
        self._over = ""
        """Why nothing can be done any more."""
        self._thread = threading.Thread(target=self._manage, daemon=True)

    def __enter__(self) -> ClusterPool:
        """Connect, and wait for a worker.

        Raises:
            UsageError: something would travel in the clear, or certificates do not fit.
            GraderError: there is no scheduler, or no worker.
        """
        self._cluster.knock()
        self._client = self._cluster.connect(CONNECT_SECONDS)
        try:
            self._greet()
            self._count()
            for worker in self._there:
                if why := self._in_the_clear(worker):
                    raise UsageError(why)
        except BaseException:
            self._client.close()
            raise
        self._heard = self._looked = self._manned = time.monotonic()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._events.put(None)
        self._thread.join(LEAVE_SECONDS)
        if not self._thread.is_alive():  # it may wait for the scheduler
            with contextlib.suppress(Exception):  # whatever is wrong there: all is done here
                self._leave()
        self._client.close(timeout=LEAVE_SECONDS)

    def submit(self, task: bytes) -> concurrent.futures.Future[bytes]:
        """Have a task done by one of the workers."""
        job = _Job(task, concurrent.futures.Future())
        self._events.put(partial(self._begin, job))
        return job.future

    def _greet(self) -> None:
        """Have any worker do nothing: a cluster that grows where there is work has one then.

        Raises:
            GraderError: there is none in time, or it has another grader.
        """
        address = self._cluster.address
        try:
            self._ask(drop, self._digest, only=()).result(timeout=WORKERS_SECONDS)
        except LATE as error:
            raise GraderError(
                f"{address}: no worker has been free for {WORKERS_SECONDS:.0f} s; start one"
            ) from error
        except Exception as error:  # of whatever kind, nothing can be done there
            why = self._elsewhere(error) or f"{address}: it does no work ({_reason(error)[:300]})"
            raise GraderError(why) from error

    def _elsewhere(self, error: BaseException) -> str:
        """What there is to say where a worker or the scheduler has another grader, or none."""
        if not isinstance(error, ELSEWHERE) and "deserialization" not in str(error):
            return ""
        return (
            f"{self._cluster.address} does not have this grader ({_reason(error)[:200]}): start"
            " scheduler and workers with PYTHONPATH naming a checkout of the same version"
        )

    def _manage(self) -> None:
        try:
            while True:
                with contextlib.suppress(queue.Empty):
                    event = self._events.get(timeout=LOOK_SECONDS)
                    if event is None:
                        return
                    event()
                if time.monotonic() - self._looked >= LOOK_SECONDS:
                    self._look()
        except BaseException as error:  # noqa: BLE001 - the batch waits for its tasks
            self._give_up(f"the pool failed: {type(error).__name__}: {error}")
            self._refuse_all()

    def _refuse_all(self) -> None:
        """Answer to all that is still asked that nothing can be done."""
        while (event := self._events.get()) is not None:
            with contextlib.suppress(Exception):  # what failed is told already
                event()

    def _begin(self, job: _Job) -> None:
        if not self._jobs:
            self._heard = time.monotonic()  # nothing was to be heard before
        self._jobs[job] = None
        self._return()
        self._send(job)

    def _send(self, job: _Job) -> None:
        """Have a worker do it; where some cannot grade, one of the others."""
        if self._over:
            self._settle(job, msgspec.json.encode(Done(fault=self._over, stands=False)))
            return
        fit = frozenset(self._there.keys() - self._unfit.keys())
        if self._unfit and not fit:
            worker, why = next(iter(self._unfit.items()))
            self._give_up(f"no worker of {self._cluster.address} can grade; {worker}: {why}")
            return
        job.only = fit if self._unfit else frozenset()
        arguments = (self._digest, Sealed(job.task), self._seconds)
        job.flight = self._ask(grade, *arguments, only=job.only)
        self._when_done(job.flight, partial(self._take, job))

    def _ask(self, what: Callable[..., bytes], *arguments: Any, only: Iterable[str]) -> Any:
        return self._client.submit(
            what,
            *arguments,
            key=f"{what.__name__}-{uuid4().hex}",  # a digest would say something of the exam
            workers=list(only) or None,
            priority=1 if what is supply else 0,
            pure=False,
        )

    def _when_done(self, flight: Any, take: Callable[[Any, bytes | BaseException], None]) -> None:
        """Have what comes of something put among the events."""

        def arrived(flight: Any) -> None:  # in a thread of dask's
            try:
                found: bytes | BaseException = flight.result(timeout=CONNECT_SECONDS)
            except Exception as error:  # noqa: BLE001 - it is judged in `_take`
                found = error
            self._events.put(partial(take, flight, found))

        flight.add_done_callback(arrived)

    def _take(self, job: _Job, flight: Any, found: bytes | BaseException) -> None:
        """Take what came of a task."""
        if job.flight is not flight or job not in self._jobs:
            return  # it was sent anew meanwhile
        job.flight = None
        answer = self._read(found)
        if isinstance(answer, BaseException):
            self._failed(job, answer)
        elif answer.kind == "done":
            self._settle(job, answer.done)
        elif answer.kind == "unfit":
            self._unfit[answer.worker] = answer.why
            self._send(job)
        elif why := self._in_the_clear(answer.worker):
            self._unfit[answer.worker] = why
            self._send(job)
        else:
            self._have_supplied(answer.worker, job)

    def _read(self, found: bytes | BaseException) -> Answer | BaseException:
        """Check what came back, whatever a worker may have sent."""
        if isinstance(found, BaseException):
            return found
        self._heard = time.monotonic()
        if type(found) is not bytes or len(found) > MOST_BYTES:
            return ValueError("a worker has answered something else")
        try:
            return msgspec.msgpack.decode(found, type=Answer)
        except msgspec.MsgspecError as error:
            return error

    def _failed(self, job: _Job, error: BaseException) -> None:
        """No worker has answered."""
        if isinstance(error, concurrent.futures.CancelledError):
            self._return()
            job.lost += 1
            if job.lost <= MOST_LOST:
                self._send(job)
                return
        if why := self._elsewhere(error):
            self._give_up(why)
            return
        del self._jobs[job]
        job.future.set_exception(GraderError(f"no worker could do it ({_reason(error)[:300]})"))

    def _return(self) -> None:
        """See that there is a scheduler again, where it was gone."""
        if self._over or self._client.status == "running":
            return
        with contextlib.suppress(Exception):  # it is of no use any more
            self._client.close(timeout=1)
        try:
            self._client = self._cluster.connect(RETURN_SECONDS)
        except GraderError:
            self._give_up(
                f"{self._cluster.address}: its scheduler was gone for {RETURN_SECONDS:.0f} s; what"
                " is done is kept: give the same command again once it is back"
            )
        self._heard = self._manned = time.monotonic()
        self._unfit.clear()
        self._there.clear()

    def _have_supplied(self, worker: str, job: _Job | None) -> None:
        """Give a worker the setup, once, and the task to any worker afterwards."""
        if worker not in self._supplies:
            sent = self._supplies[worker] = _Supply()
            sent.flight = self._ask(supply, self._digest, self._parcel, only=[worker])
            self._when_done(sent.flight, partial(self._supplied, worker))
        if job is not None:
            self._supplies[worker].waiting.append(job)

    def _supplied(self, worker: str, flight: Any, found: bytes | BaseException) -> None:
        sent = self._supplies.get(worker)
        if sent is None or sent.flight is not flight:
            return
        answer = self._read(found)
        if isinstance(answer, Answer) and answer.kind == "unfit":
            self._unfit[worker] = answer.why
        if isinstance(answer, concurrent.futures.CancelledError):
            self._return()
        self._resume(worker)

    def _resume(self, worker: str) -> None:
        """Send what waited for a worker."""
        for job in self._supplies.pop(worker).waiting:
            self._send(job)

    def _settle(self, job: _Job, done: bytes) -> None:
        if job in self._jobs:  # otherwise it was told already that nothing can be done
            del self._jobs[job]
            job.future.set_result(done)

    def _look(self) -> None:
        """See who is there, and that something is heard of them."""
        now = self._looked = time.monotonic()
        with contextlib.suppress(OSError, RuntimeError, *LATE):  # its futures will say so
            self._count()
        if self._there.keys() - self._unfit.keys():
            self._manned = now
        for worker in self._supplies.keys() - self._there.keys():
            self._resume(worker)
        for job in [each for each in self._jobs if each.only and each.flight is not None]:
            if not job.only & self._there.keys():
                job.flight.cancel()
                self._send(job)
        address = self._cluster.address
        if self._jobs and now - self._manned > WORKERS_SECONDS:
            self._give_up(
                f"{address} has had no worker for {WORKERS_SECONDS:.0f} s; what is done is kept:"
                " give the same command again once it has some"
            )
        elif self._jobs and now - self._heard > 2 * self._seconds + WORKERS_SECONDS:
            self._give_up(
                f"{address}: nothing has come back for {now - self._heard:.0f} s; what is done is"
                " kept: look at its dashboard, and give the same command again"
            )

    def _count(self) -> None:
        """See which workers there are."""
        found = self._client.sync(self._client.scheduler.ncores, callback_timeout=CONNECT_SECONDS)
        self._there = {str(worker): int(threads) for worker, threads in found.items()}
        self.workers = max(1, sum(self._there.values()))

    def _in_the_clear(self, worker: str) -> str:
        """Why a worker must not be given anything, if so."""
        if self._cluster.encrypted or on_loopback(worker):
            return ""
        return (
            f"{worker} is a worker on another machine, and nothing is encrypted there: start the"
            " cluster with TLS, and name it as tls://HOST:PORT"
        )

    def _give_up(self, why: str) -> None:
        """Nothing can be done any more: every task says so."""
        self._over = self._over or why
        self._supplies.clear()
        for job in list(self._jobs):
            self._settle(job, msgspec.json.encode(Done(fault=self._over, stands=False)))

    def _leave(self) -> None:
        """Have the workers let go of the exam."""
        from distributed import wait

        if self._client.status != "running":
            return
        for job in self._jobs:
            if job.flight is not None:
                job.flight.cancel()
        self._count()
        asked = [self._ask(drop, self._digest, only=[worker]) for worker in self._there]
        if asked:
            wait(asked, timeout=LEAVE_SECONDS)
