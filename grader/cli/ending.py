"""How a command line ends: with an exit status, and one line where something is wrong."""

import traceback
from collections.abc import Callable
from types import FrameType

from rich.console import Console
from rich.markup import escape

from grader.errors import GraderError


class Stopped(BaseException):
    """Somebody pressed Ctrl-C, or the platform asked this process to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        self.exit_status = 128 + number


def stop(number: int, _frame: FrameType | None) -> None:
    """Handle a signal."""
    raise Stopped(number)


def exit_status_of(command_line: Callable[[], object], failed: str) -> int:
    """Run a command line; returns the exit status.

    Args:
        command_line: ends with what its command raises.
        failed: is said where that is a fault of ours.
    """
    errors = Console(stderr=True, emoji=False)
    try:
        command_line()
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        errors.print(escape(str(ended.code)), highlight=False)  # as Python ends such a program
        return 1
    except Stopped as stopped:
        errors.print("Stopped; nothing was left behind.")
        return stopped.exit_status
    except GraderError as error:
        errors.print(f"[red]Error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        return error.exit_status
    except Exception:  # noqa: BLE001 - a fault of ours must end in exit status 3, whatever it is
        errors.print(f"[red]{failed}[/]")
        traceback.print_exc()
        return GraderError.exit_status
    return 0
