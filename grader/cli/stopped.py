"""How a command ends that somebody stops."""

from types import FrameType


class Stopped(BaseException):
    """Somebody pressed Ctrl-C, or the platform asked this process to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        self.exit_status = 128 + number


def stop(number: int, _frame: FrameType | None) -> None:
    """Handle a signal."""
    raise Stopped(number)
