"""Which Python a name of the standard library is new in (runs in the student's process).

Who writes for a newer Python than this one is told so where the name is missed.
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterator

THIS = "this is Python {}.{}".format(*sys.version_info[:2])

NEW = {
    "3.11": """
        tomllib
        asyncio.Barrier asyncio.Runner asyncio.TaskGroup asyncio.timeout asyncio.timeout_at
        builtins.BaseException.add_note builtins.BaseExceptionGroup builtins.ExceptionGroup
        contextlib.chdir datetime.UTC
        enum.CONFORM enum.CONTINUOUS enum.EJECT enum.EnumCheck enum.EnumType enum.FlagBoundary
        enum.KEEP enum.NAMED_FLAGS enum.ReprEnum enum.STRICT enum.StrEnum enum.UNIQUE
        enum.global_enum enum.member enum.nonmember enum.property enum.show_flag_values enum.verify
        hashlib.file_digest inspect.getmembers_static inspect.ismethodwrapper
        logging.getLevelNamesMapping math.cbrt math.exp2 operator.call re.NOFLAG
        string.Template.get_identifiers string.Template.is_valid sys.exception
        typing.LiteralString typing.Never typing.NotRequired typing.Required typing.Self
        typing.TypeVarTuple typing.Unpack typing.assert_never typing.assert_type
        typing.clear_overloads typing.dataclass_transform typing.get_overloads typing.reveal_type
        zipfile.ZipFile.mkdir
    """,
    "3.12": """
        asyncio.eager_task_factory builtins.int.is_integer calendar.Day calendar.Month
        collections.abc.Buffer fractions.Fraction.is_integer inspect.BufferFlags itertools.batched
        logging.getHandlerByName logging.getHandlerNames logging.Logger.getChildren math.sumprod
        os.path.isjunction os.path.splitroot pathlib.Path.is_junction pathlib.Path.walk
        pathlib.PurePath.with_segments random.Random.binomialvariate random.binomialvariate
        sys.monitoring threading.setprofile_all_threads threading.settrace_all_threads
        types.get_original_bases typing.TypeAliasType typing.override
    """,
    "3.13": """
        array.array.clear asyncio.EventLoop asyncio.QueueShutDown builtins.PythonFinalizationError
        copy.replace enum.EnumDict glob.translate math.fma os.process_cpu_count os.path.isdevdrive
        pathlib.Path.from_uri pathlib.PurePath.full_match pathlib.UnsupportedOperation
        queue.Queue.shutdown queue.ShutDown re.PatternError statistics.kde statistics.kde_random
        typing.NoDefault typing.ReadOnly typing.TypeIs typing.get_protocol_members
        typing.is_protocol warnings.deprecated
    """,
    "3.14": """
        annotationlib compression concurrent.interpreters pathlib.types string.templatelib
        builtins.bytearray.resize builtins.float.from_number builtins.complex.from_number
        concurrent.futures.InterpreterPoolExecutor datetime.date.strptime datetime.time.strptime
        fractions.Fraction.from_number functools.Placeholder heapq.heapify_max heapq.heappop_max
        heapq.heappush_max heapq.heappushpop_max heapq.heapreplace_max
        pathlib.Path.copy pathlib.Path.copy_into pathlib.Path.move pathlib.Path.move_into
        pathlib.Path.info typing.evaluate_forward_ref uuid.uuid6 uuid.uuid7 uuid.uuid8
    """,
}
"""Modules, names in modules and attributes of classes."""

VERSIONS = {name: version for version, names in NEW.items() for name in names.split()}

NO_IMPORT = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")


def hint(error: BaseException) -> str:
    """Name the Python that a missing name is new in; empty where it is none of these."""
    for name in _missed(error):
        if name in VERSIONS:
            shown = name.removeprefix("builtins.")
            return f" ({shown} is new in Python {VERSIONS[name]}; {THIS})"
    return ""


def _missed(error: BaseException) -> Iterator[str]:
    """The names, in full, that an exception may be about."""
    if isinstance(error, ModuleNotFoundError):
        parts = str(error.name).split(".")
        yield from (".".join(parts[:n]) for n in range(1, len(parts) + 1))
    elif isinstance(error, ImportError):
        found = NO_IMPORT.search(str(error))
        if found is not None:
            yield f"{found[2]}.{found[1]}"
    elif isinstance(error, NameError):
        yield f"builtins.{error.name}"
    elif isinstance(error, AttributeError):
        held = error.obj
        if isinstance(held, types.ModuleType):
            yield f"{held.__name__.replace('posixpath', 'os.path')}.{error.name}"
        else:
            kind = held if isinstance(held, type) else type(held)
            for each in kind.__mro__:
                yield f"{each.__module__}.{each.__qualname__}.{error.name}"
