"""Ruby's YAML is read without constructing anything, and damage is one line."""

import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from grader.course.layouts.ruby_yaml import DEEPEST, MOST_ITEMS, DamagedYamlError, Node, entries

WANTED = frozenset({"submitters", "name", "created_at", "utc", "sid"})


def read(tmp_path: Path, text: str | bytes) -> list[tuple[str, Node]]:
    path = tmp_path / "some.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(entries(path, WANTED))


def test_symbols_texts_and_nulls_are_read_as_they_stand_there(tmp_path: Path) -> None:
    text = """\
---
submission_1:
  :submitters:
  - :name: Ann
    :sid: 0123
  - :name: null
    :sid: 'null'
  :created_at: 2019-01-29 20:08:29.560434000 Z
  :score: 5.0
submission_2: ~
"""
    people: list[Node] = [{"name": "Ann", "sid": "0123"}, {"name": None, "sid": "null"}]
    first: Node = {"submitters": people, "created_at": "2019-01-29 20:08:29.560434000 Z"}
    assert read(tmp_path, text) == [("submission_1", first), ("submission_2", None)]


def test_objects_of_ruby_are_mappings(tmp_path: Path) -> None:
    text = """\
a:
  :created_at: &1 !ruby/object:ActiveSupport::TimeWithZone
    utc: &2 2019-01-29 20:08:29.0 Z
    zone: &3 !ruby/object:ActiveSupport::TimeZone {name: Etc/UTC}
    time: *2
b: {created_at: *1, name: !ruby/symbol ann, sid: !!python/object/apply:os.abort []}
c: {created_at: {utc: *2}, name: !binary w6k=, sid: !binary w}
"""
    time: Node = {"utc": "2019-01-29 20:08:29.0 Z"}
    assert read(tmp_path, text) == [
        ("a", {"created_at": time}),
        ("b", {"created_at": time, "name": "ann", "sid": []}),
        ("c", {"created_at": time, "name": "é", "sid": None}),
    ]


def test_what_is_not_wanted_may_hold_anything(tmp_path: Path) -> None:
    text = """\
a:
  :results:
    ? {name: odd}
    : - name: not this
    ? [1, 2]
    : |-
      b:
        :name: forged
  ? [3]
  : x
  :name: Ann
"""
    assert read(tmp_path, text) == [("a", {"name": "Ann"})]


def test_an_alias_of_what_it_stands_in_or_of_nothing_that_was_kept_is_null(tmp_path: Path) -> None:
    text = "a: &1 {name: *1, results: &2 [x]}\nb: {name: *2}\n"
    assert read(tmp_path, text) == [("a", {"name": None}), ("b", {"name": None})]


def test_aliases_of_aliases_cost_nothing(tmp_path: Path) -> None:
    """A few lines that stand for 10 to the power of 30 texts."""
    lines = ["x: &x0 {name: [lol, lol]}"]
    lines += [f"x{n}: &x{n} {{name: [{', '.join([f'*x{n - 1}'] * 1000)}]}}" for n in range(1, 11)]
    tracemalloc.start()
    found = read(tmp_path, "\n".join(lines))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 11
    assert peak < 20e6


def test_long_texts_and_lists_are_cut(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, f"a: {{name: {'x' * 10**6}, submitters: [{'y, ' * 5000}]}}")
    node = entry[1]
    assert isinstance(node, dict)
    assert node["name"] == "x" * 1000
    assert len(node["submitters"] or ()) == MOST_ITEMS


DAMAGED = {
    "empty": "",
    "a list": "- a\n",
    "a text": "hello",
    "cut": "a:\n  :name: 'Ann",
    "a tab": "a:\n\t- b\n",
    "not UTF-8": b"a:\n  :name: Jos\xe9\n",
    "a zero": b"a: \0\n",
    "deep": "a: " + "[" * 100_000,
    "deep blocks": "".join(" " * n + "a:\n" for n in range(2000)) + "?",
    "half a surrogate": 'a: {name: "\\ud800"}',
    "no reference": "a: {name: *}",
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED.keys())
def test_damage_is_one_line(text: str | bytes, tmp_path: Path) -> None:
    with pytest.raises(DamagedYamlError) as raised:
        read(tmp_path, text)
    assert str(raised.value)
    assert "\n" not in str(raised.value)


def test_what_is_nested_deeper_than_anything_wanted_is_null(tmp_path: Path) -> None:
    deep = "{name: " * 12 + "x" + "}" * 12
    node = read(tmp_path, f"a: {deep}\nb: {{name: Ann}}")[0][1]
    depth = 0
    while isinstance(node, dict):
        node, depth = node["name"], depth + 1
    assert (node, depth) == (None, DEEPEST - 1)


def test_it_is_said_on_which_line(tmp_path: Path) -> None:
    with pytest.raises(DamagedYamlError, match="line 3"):
        read(tmp_path, "a:\n  :name: x\n  - y\n")


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(DamagedYamlError, match="No such file"):
        list(entries(tmp_path / "none.yml", WANTED))


@given(st.binary(max_size=200))
def test_no_bytes_break_it(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    with suppress(DamagedYamlError):
        read(tmp_path_factory.getbasetemp(), data)


@given(
    st.recursive(
        st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(sorted(WANTED)), inner)
        ),
        max_leaves=12,
    )
)
def test_what_a_writer_of_yaml_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, node: Node
) -> None:
    def depth(one: Node) -> int:
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        return 1 + max(map(depth, inner), default=0)

    if depth(node) > 6:
        return
    text = yaml.safe_dump({"a": node}, allow_unicode=True)
    ((_, found),) = read(tmp_path_factory.getbasetemp(), text)
    assert found == node
