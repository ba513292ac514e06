"""The dependency slice: which top-level statements the graded names need.

A statement is kept if the final value of a graded name depends on it: it binds a name that is
needed where it is read, or changes an object that such a name holds. A function's globals are
needed as they are when it is called: at the end, by the grader, and at every kept statement that
can reach the function. Calls for their effect (`train(net)`, `print(...)`, `plt.show()`) bind
and change nothing that the graded names hold, so they stay out.

What trains a net is never executed: the net is there already. Where a needed name comes out of
training (`net = fit(Net(), loader)`), the statement is kept, but only to say which names it binds.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.submission.names import (
    Call,
    Change,
    Effects,
    Kind,
    Names,
    Sources,
    merge,
    resolve,
)

Object = tuple[str, int]
"""What a name was bound to by the statement of that number."""

COUNTS = {
    Kind.VALUE: Change.CALLED,
    Kind.WRAPPED: Change.CALLED,
    Kind.DEFINITION: Change.FILLED,
    Kind.MODULE: Change.STORED,
}
"""The weakest change that counts, by what the name is bound to.

So `table.fill()` counts; `plt.show()` and `Net.test()` do not.
"""


def needed(statements: Sequence[Names], roots: Iterable[str]) -> set[int]:
    """Find the numbers of the statements that the final values of the roots need."""
    return Flow(statements).needed(roots)


def _training(statements: Sequence[Names], trainers: set[str]) -> set[int]:
    return {
        number
        for number, names in enumerate(statements)
        if names.called & trainers and set(names.binds.values()) <= {Kind.VALUE}
    }


def _trainers(table: Mapping[str, Sequence[Effects]]) -> set[str]:
    """Name the functions that call `.backward()`, and those that call these, as in `Names.called`.

    A class is one if its constructor is.
    """
    found = {".backward"}
    grows = True
    while grows:
        before = len(found)
        for name, effects in table.items():
            if any(each.called & found for each in effects):
                owner, _, method = name.rpartition(".")
                found.add(owner if method == "__init__" else f".{method}" if owner else method)
        grows = len(found) > before
    return found


class Flow:
    """Who binds and who changes what, in the order of the statements.

    To follow the statements is most of the work, so whoever asks for several slices keeps it.
    """

    def __init__(self, names: Sequence[Names]) -> None:
        self.names = names
        self.effects = _all_effects(names)
        self.training = _training(names, _trainers(self.effects))
        """The numbers of the statements that train while they run, and define nothing else."""
        self.bindings: dict[str, list[int]] = {}
        bind_any = {name for name, found in self.effects.items() if any(e.star for e in found)}
        self.stars = [
            number
            for number, each in enumerate(names)
            if each.star or any(call.callee in bind_any for call in each.calls)
        ]
        self.changes: dict[Object, list[int]] = {}
        held: dict[str, dict[Object, Change]] = {}
        for number in range(len(names)):
            self._follow(number, held)

    def needed(self, roots: Iterable[str]) -> set[int]:
        """Find the numbers of the statements that the final values of the roots need."""
        kept: set[int] = set()
        pending = [(len(self.names), set(roots))]
        while pending:
            time, wanted = pending.pop()
            for number in self.closure(wanted, time) - kept:
                kept.add(number)
                names = self.names[number]
                if number not in self.training:
                    pending.append((number, names.reads | (set() if names.inert else names.later)))
        return kept

    def closure(self, wanted: Iterable[str], time: int) -> set[int]:
        """Find what the names need as they are before statement `time`, also through functions."""
        found: set[int] = set()
        pending = [(name, time) for name in wanted]
        seen = set(pending)
        while pending:
            for number in self._behind(*pending.pop()):
                if number not in found:
                    found.add(number)
                    if number in self.training:
                        continue
                    names = self.names[number]
                    reads = {(name, number) for name in names.reads}
                    reads |= {(name, time) for name in names.later}
                    pending += reads - seen
                    seen |= reads
        return found

    def _behind(self, name: str, time: int) -> Iterator[int]:
        for number in self._reaching(name, time):
            yield number
            yield from self.changes.get((name, number), ())

    def _reaching(self, name: str, time: int) -> Iterator[int]:
        """Yield the statements whose binding of the name may stand before statement `time`."""
        bindings = self.bindings.get(name, [])
        last_sure = -1
        for position in range(bisect_left(bindings, time) - 1, -1, -1):
            yield bindings[position]
            sure = name in self.names[bindings[position]].sure
            if sure and bindings[position] not in self.training:
                last_sure = bindings[position]
                break
        yield from (star for star in self.stars if last_sure < star < time)

    def _follow(self, number: int, held: dict[str, dict[Object, Change]]) -> None:
        """Follow one statement: what it changes, and what its names hold afterwards."""
        names = self.names[number]
        changes, binds = dict(names.changes), dict(names.binds)
        for call in names.calls:
            self._call(call, changes, binds)
        if number in self.training:
            changes = {}

        def objects(found: Sources) -> dict[Object, Change]:
            reached: dict[Object, Change] = {}
            for name, how in resolve(found, names.aliases).items():
                for each, most in self._held(name, number, held, name in binds).items():
                    reached[each] = max(min(how, most), reached.get(each, Change.CALLED))
            return reached

        for (name, origin), how in objects(changes).items():
            if origin != number and how >= COUNTS[self._kind(name, origin)]:
                self.changes.setdefault((name, origin), []).append(number)
        after = {}
        for name in binds:
            self.bindings.setdefault(name, []).append(number)
            before = {} if name in names.sure else held.get(name, {})
            found = objects(names.aliases.get(name, {}))
            after[name] = {**before, **found, (name, number): Change.STORED}
        held.update(after)

    def _held(
        self, name: str, number: int, held: dict[str, dict[Object, Change]], bound: bool
    ) -> dict[Object, Change]:
        found = {(name, star): Change.STORED for star in self.stars if star < number}
        found |= held.get(name, {})
        if bound:
            found[name, number] = Change.STORED
        return found

    def _kind(self, name: str, origin: int) -> Kind:
        names = self.names[origin]
        return names.binds.get(name, Kind.MODULE if origin in self.stars else Kind.VALUE)

    def _call(self, call: Call, changes: Sources, binds: dict[str, Kind]) -> None:
        """Add what the functions of that name do, if they are the student's own."""
        for effects in self.effects.get(call.callee, ()):
            merge(changes, effects.on_globals)
            binds.update({name: Kind.VALUE for name in effects.rebinds if name not in binds})
            owner = call.callee.partition(".")[0]
            first = ({owner: Change.STORED},) if effects.of_class else ()
            arguments = dict(zip(effects.parameters, (*first, *call.arguments), strict=False))
            for parameter, argument in (*arguments.items(), *call.keywords.items()):
                if parameter in effects.on_arguments:
                    merge(changes, argument, effects.on_arguments[parameter])


def _all_effects(names: Sequence[Names]) -> dict[str, list[Effects]]:
    """Collect the functions' effects by name, each with those of the functions that it calls."""
    table: dict[str, list[Effects]] = {}
    for each in names:
        for name, effects in each.effects.items():
            table.setdefault(name, []).extend(effects)
    callers = [caller for named in table.values() for caller in named]
    grows = True
    while grows:
        grows = False
        for caller in callers:
            before = (dict(caller.on_globals), len(caller.rebinds), caller.star)
            for callee in caller.calls & table.keys():
                for inner in table[callee]:
                    merge(caller.on_globals, inner.on_globals)
                    caller.rebinds |= inner.rebinds
                    caller.star |= inner.star
            grows |= before != (caller.on_globals, len(caller.rebinds), caller.star)
    return table
