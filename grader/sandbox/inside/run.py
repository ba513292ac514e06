"""Runs a whole notebook, top to bottom, in this process (in the student's process).

nbconvert executes it by nbclient, whose own client and manager speak with a kernel in another
process through sockets. The wall allows neither a process nor a socket.

ipykernel has a kernel for the same process (`ipykernel.inprocess`), and it starts behind the wall.
But nbclient 0.11 cannot use it. nbclient runs inside an event loop, so ipykernel 7 executes every
cell in a second thread: there no signal ends a cell when the time is over, student code may set no
signal, and what a cell printed was lost. That kernel also refuses `input()`, and three of its
methods do not take the arguments that nbclient passes.

So the kernel is an IPython shell, with those methods of a manager, a client and its channels that
nbclient calls.
"""

from __future__ import annotations

import builtins
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.sandbox.inside import elsewhere
else:
    import elsewhere

Message = dict[str, Any]
FROM_SHELL = "IPython cannot start other programs here, so this line does nothing"
MOST_BYTES = 64 << 20
"""Of the executed copy; a larger one loses its outputs."""


def run(
    data: bytes,
    older: bytes,
    name: str,
    seconds: float,
    after_cell: Callable[[dict[str, Any]], None],
    note: Callable[[str], None],
) -> tuple[dict[str, str] | None, bytes]:
    """Execute a notebook, or a script as one.

    Args:
        data: the file as it was handed in.
        older: what is executed in its place, cell by cell; empty: the file itself.
        name: its name; the suffix tells what it is.
        seconds: how long all cells may take.
        after_cell: called with the names that are defined, after each cell.
        note: told what the student should know.

    Returns:
        What stopped it (`where`, `kind`, `message`) or None, and the executed notebook.

    Raises:
        Exception: it is no notebook.
    """
    from nbconvert import preprocessors

    execute: Any = preprocessors.ExecutePreprocessor  # untyped
    notebook, box = _read(older or data, name), Path.cwd()
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    elsewhere.make_folders(code, box)
    shell, failed = Shell(after_cell, note, {"__file__": name}, str(box)), None
    _stop_after(seconds)
    try:
        execute(timeout=None).preprocess(notebook, {}, km=shell)
    except preprocessors.CellExecutionError:  # its outputs say more
        failed = _error(notebook, shell.line, box)
    finally:
        _stop_after(0)
    if older:
        for cell, handed_in in zip(notebook.cells, _read(data, name).cells, strict=False):
            cell.source = handed_in.source
    executed = _written(notebook)
    if len(executed) > MOST_BYTES:
        _clear(notebook)
        executed = _written(notebook)
    return failed, executed


def _read(data: bytes, name: str) -> Any:
    import nbformat as untyped

    nbformat: Any = untyped
    text = data.decode("utf-8-sig", "replace")
    if name.lower().endswith(".ipynb"):
        notebook = nbformat.reads(text, as_version=4)
    else:
        import jupytext

        # A comment stays one, even where it looks like a magic or a command.
        percent = {"extension": ".py", "format_name": "percent", "comment_magics": False}
        notebook = jupytext.reads(text, fmt=percent)
    _clear(notebook)  # what was saved by an earlier run is none of this one's
    return notebook


def _clear(notebook: Any) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def _written(notebook: Any) -> bytes:
    import nbformat as untyped

    nbformat: Any = untyped
    text: str = nbformat.writes(notebook)
    return text.encode("utf-8", "replace")


def _stop_after(seconds: float) -> None:
    """Interrupt the cell that runs when the time is over; 0: do not."""
    if sys.platform == "win32":  # no timer: the trusted process ends this process a little later
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"the whole notebook may run for {seconds:g} s")

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)  # again and again: a cell may catch it


def _error(notebook: Any, line: int | None, box: Path) -> dict[str, str]:
    """The last error; those before it were allowed."""
    errors = [
        (number, output)
        for number, cell in enumerate(notebook.cells, start=1)
        for output in cell.get("outputs", ())
        if output["output_type"] == "error"
    ]
    number, output = errors[-1]
    where = f"cell {number}" + (f", line {line}" if line else "")
    kind, message = str(output["ename"])[:100], str(output["evalue"])[:2000]
    message = message.replace(str(box), elsewhere.CONTENT)  # no path of this machine
    return {"where": where, "kind": kind, "message": message}


class Shell:
    """An IPython shell in the shape of a kernel manager, its client and its channels."""

    has_kernel = ipykernel = False
    allow_stdin = False

    def __init__(
        self,
        after_cell: Callable[[dict[str, Any]], None],
        note: Callable[[str], None],
        names: dict[str, Any],
        box: str,
    ) -> None:
        self._after_cell, self._note, self._names, self._box = after_cell, note, names, box
        self._replies: deque[Message] = deque()
        self._published: deque[Message] = deque()
        self._count = 0
        self._shown_errors: list[dict[str, Any]] = []
        """What the present cell has shown of errors, whether or not they ended it."""
        self.line: int | None = None
        """Where the last error was raised, in its cell."""
        self.shell_channel, self.iopub_channel = _Channel(self._replies), _Channel(self._published)

    # What nbclient asks of a manager and of a client -------------------------------------------

    def start_kernel(self, **_: Any) -> None:
        """Make the shell, as Colab's: figures are shown in the notebook."""
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        config = Config()
        config.HistoryManager.enabled = False
        shell: Any = InteractiveShell.instance(config=config)
        shell.user_ns.update(self._names)
        shell.system = shell.getoutput = self._not_here
        shell._showtraceback = self._show_error
        for magic in ("pip", "conda", "sx", "system"):
            shell.register_magic_function(self._not_here, "line", magic)
        for magic in ("bash", "sh", "script"):
            shell.register_magic_function(self._not_here, "cell", magic)
        builtins.__dict__["get_ipython"] = lambda: shell
        shell.enable_gui = self._nothing  # there is no screen
        shell.enable_matplotlib("inline")
        self._shell = shell

    def client(self) -> Shell:
        """The client that speaks to the shell: itself."""
        return self

    def is_alive(self) -> bool:
        """Always, in its own process."""
        return True

    def kernel_info(self) -> str:
        """Queue what a notebook says of its language."""
        content = {"language_info": {"name": "python", "file_extension": ".py"}}
        self._replies.append(_message("kernel_info_reply", content, "info"))
        return "info"

    def execute(self, code: str, **_: Any) -> str:
        """Execute one cell at once, and queue what it says."""
        from IPython.utils.capture import capture_output

        self._count += 1
        message = str(self._count)
        self._publish("status", {"execution_state": "busy"})
        self._shown_errors.clear()
        with capture_output() as captured:
            result = self._shell.run_cell(elsewhere.in_box(code, self._box), store_history=True)
        for stream in ("stdout", "stderr"):
            if text := getattr(captured, stream):
                self._publish("stream", {"name": stream, "text": text})
        for shown in captured.outputs:
            content = {"data": shown.data, "metadata": shown.metadata or {}}
            self._publish("display_data", content)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            self.line = _line(error)
            frames = self._shell.InteractiveTB.structured_traceback(
                type(error), error, error.__traceback__
            )
            content = {"ename": type(error).__name__, "evalue": str(error), "traceback": frames}
            self._publish("error", content)
        else:  # under %%capture a cell goes on as if nothing had been, and the error is shown
            for shown_error in self._shown_errors:
                self._publish("error", shown_error)
        self._after_cell(self._shell.user_ns)
        self._publish("status", {"execution_state": "idle"})
        status = {"status": "ok" if error is None else "error"}
        content = {**status, "execution_count": self._count, **(content if error else {})}
        self._replies.append(_message("execute_reply", content, message))
        return message

    def _nothing(self, *_: Any, **__: Any) -> None:
        """Nothing to do where there is no other process."""

    start_channels = stop_channels = wait_for_ready = _nothing
    shutdown_kernel = cleanup_resources = interrupt_kernel = _nothing

    # --------------------------------------------------------------------------------------------

    def _publish(self, kind: str, content: dict[str, Any]) -> None:
        self._published.append(_message(kind, content, str(self._count)))

    def _show_error(self, kind: type, value: BaseException, frames: list[str]) -> None:
        content = {"ename": kind.__name__, "evalue": str(value), "traceback": frames}
        self._shown_errors.append(content)

    def _not_here(self, *_: Any, **__: Any) -> list[str]:
        self._note(FROM_SHELL)
        return []


class _Channel:
    """Messages that are there already."""

    def __init__(self, messages: deque[Message]) -> None:
        self._messages = messages

    def get_msg(self, **_: Any) -> Message:
        """Take the next message."""
        return self._messages.popleft()


def _line(error: BaseException) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename.startswith("<ipython-input"):
            return line
    return None


def _message(kind: str, content: dict[str, Any], parent: str) -> Message:
    header = {"msg_id": f"{kind}-{parent}", "msg_type": kind}
    parent_header = {"msg_id": parent}
    return {"header": header, "msg_type": kind, "parent_header": parent_header, "content": content}
