"""What stands for the syntax of a newer Python, in code that the reader has rewritten.

`submission.newer_syntax` writes calls of these functions (runs in the student's process).
"""

from __future__ import annotations

import builtins
import sys
import types
import typing
from collections.abc import Callable
from functools import cache, cached_property
from typing import Any, NoReturn

NAME = "__newer__"
"""What rewritten code calls this module: a builtin, so that it hides no name of the student's."""

THIS = "this is Python {}.{}".format(*sys.version_info[:2])

slice = builtins.slice  # noqa: A001 - in a starred subscript, where the student may have another


def needs(what: str, version: str) -> NoReturn:
    """Say which Python some syntax needs, where the code that has it is executed."""
    raise SyntaxError(f"{what} need Python {version}; {THIS}")


@cache
def variable(name: str) -> Any:
    """A type parameter `T`. All of one name are one object, as where it is defined once for all."""
    return typing.TypeVar(name)


@cache
def parameters(name: str) -> Any:
    """A type parameter `**P`."""
    return typing.ParamSpec(name)


@cache
def variables(name: str) -> Any:
    """A type parameter `*Ts`."""
    if sys.version_info >= (3, 11):
        return typing.TypeVarTuple(name)
    import typing_extensions  # torch needs it, so it is there

    return typing_extensions.TypeVarTuple(name)


class Subscriptable:
    """A base that lets a class take type arguments in brackets, whatever their number."""

    __slots__ = ()

    def __class_getitem__(cls, arguments: Any) -> types.GenericAlias:
        return types.GenericAlias(cls, arguments)


def subscriptable(bases: list[str], *own: Any) -> tuple[Any, ...]:
    """The base to add to a class with type parameters, beside the bases of these names."""
    last = {base.partition("[")[0] for base in bases}
    if "Protocol" in last:
        generic: Any = typing.Generic
        return (generic[own],)
    if last & {"NamedTuple", "TypedDict"}:
        return ()  # these are subscriptable, and take no other base
    return (Subscriptable,)


class Alias:
    """What a `type` statement binds: its value is not evaluated before somebody asks for it."""

    def __init__(self, name: str, own: tuple[Any, ...], value: Callable[[], Any]) -> None:
        self.__name__, self.__type_params__, self.__parameters__ = name, own, own
        self._evaluate = value

    @cached_property
    def __value__(self) -> Any:
        return self._evaluate()

    def __getitem__(self, arguments: Any) -> types.GenericAlias:
        if not self.__type_params__:
            raise TypeError("Only generic type aliases are subscriptable")
        return types.GenericAlias(typing.cast("type", self), arguments)

    def __or__(self, other: Any) -> Any:
        return typing.Union.__getitem__((self, other))

    def __ror__(self, other: Any) -> Any:
        return typing.Union.__getitem__((other, self))

    def __call__(self) -> NoReturn:
        """Never called: `typing` takes what can be called for a type."""
        raise TypeError(f"'{self.__name__}' is a type alias: it cannot be called")

    def __repr__(self) -> str:
        return self.__name__


def alias(name: str, *own: Any, value: Callable[[], Any]) -> Alias:
    """A `type` statement, with its type parameters."""
    return Alias(name, own, value)
