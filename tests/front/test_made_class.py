"""A made class is read as what it was made of, in each layout."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from grader.course.handed_in import Delivery
from grader.course.layouts import Due, read_download
from grader.submission import Reader
from tests.course.made_class import DUE, MadeClass, MadeDelivery, made_class
from tests.course.made_layouts import WRITERS

TELL_TIMES = ("gradescope", "nbgrader")


@pytest.fixture(scope="module", params=WRITERS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MadeClass:
    return made_class(tmp_path_factory.mktemp("made") / "class", request.param, 40)


def called(made: MadeClass, one: MadeDelivery) -> str:
    """What the download knows a student by."""
    student = one.students[0]
    return student.login if made.layout in ("nbgrader", "github") else student.number


def read(made: MadeClass, home: Path) -> dict[str, list[Delivery]]:
    found = read_download(made.path, home, due=Due(DUE))
    assert found.layout == made.layout
    assert found.left_out == ()
    people: dict[str, list[Delivery]] = {}
    for one in found.deliveries:
        first = one.students[0]
        people.setdefault(first.name if made.layout == "folder" else first.number, []).append(one)
    return people


def test_everybody_is_found_with_what_they_handed_in(made: MadeClass, tmp_path: Path) -> None:
    found = read(made, tmp_path)
    if made.layout == "folder":
        assert sum(map(len, found.values())) == len(made.deliveries)
        return
    for one in made.deliveries:
        there = [upload for upload in one.uploads if upload.there]
        if made.layout == "canvas" and not there:
            assert called(made, one) not in found
            continue
        (delivery,) = found[called(made, one)]
        assert len(delivery.students) == len(one.students)
        assert len(delivery.uploads) == len(there)
        for upload, expected in zip(delivery.uploads, there, strict=True):
            if made.layout in TELL_TIMES:
                assert upload.at == expected.at
                assert upload.late == max(expected.at - DUE, timedelta(0))
            elif made.layout == "canvas":
                assert (upload.late is None) == expected.late
            paths = [upload.path] if upload.path.is_file() else [*upload.path.rglob("*")]
            held = [path.read_bytes() for path in paths if path.is_file()]
            assert {*expected.files.values()} <= {*held}


def test_a_class_has_some_of_each_kind(made: MadeClass) -> None:
    contents = Counter(one.plan.content for one in made.deliveries)
    assert contents.keys() == {
        *("right", "wrong", "hostile", "blank", "copy", "unreadable", "nothing")
    }
    assert any(one.copy_of for one in made.deliveries)
    assert any(upload.late for one in made.deliveries for upload in one.uploads)
    assert any(len(one.students) == 2 for one in made.deliveries) == (made.layout == "gradescope")
    assert sum(len(one.students) for one in made.deliveries) == 40


def test_it_is_told_who_has_got_what(made: MadeClass) -> None:
    told = json.loads((made.path.parent / "made.json").read_bytes())
    corpora = [upload["corpus"] for one in told["deliveries"] for upload in one["uploads"]]
    assert corpora == [upload.corpus for one in made.deliveries for upload in one.uploads]
    assert (told["layout"], told["due"]) == (made.layout, "2026-10-02T06:59:00+00:00")


def everything(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("layout", WRITERS)
def test_the_same_seed_makes_the_same_bytes(layout: str, tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        made_class(tmp_path / name, layout, 12, seed, packed=True)
    one, same, other = (everything(tmp_path / name) for name in ("one", "same", "other"))
    assert one == same != other


def test_a_copy_is_the_same_code_to_whoever_grades(reader: Reader, tmp_path: Path) -> None:
    made = made_class(tmp_path, "folder", 30, small=True, distinct=True)
    digests: dict[str, str] = {}
    for at, one in enumerate(one for one in made.deliveries if one.plan.content in OWN):
        path = tmp_path / f"{at}.py"
        path.write_bytes(one.uploads[-1].files["lab1.py"])
        digests[one.students[0].number] = reader.load(path).digest
    copies = {one.students[0].number: one.copy_of for one in made.deliveries if one.copy_of}
    assert copies
    for copy, origin in copies.items():
        assert digests.pop(copy) == digests[origin]
    assert len(set(digests.values())) == len(digests) > 15


OWN = ("right", "wrong", "copy")


@pytest.mark.parametrize("students", [1, 2, 7])
def test_small_classes_are_made_too(students: int, tmp_path: Path) -> None:
    made = made_class(tmp_path, "gradescope", students)
    assert sum(len(one.students) for one in made.deliveries) == students


@pytest.mark.rest
def test_a_class_of_ten_thousand_is_made_and_read(tmp_path: Path) -> None:
    made = made_class(tmp_path / "made", "gradescope", 10_000, small=True, packed=True)
    found = read_download(made.path, tmp_path / "into", due=Due(DUE))
    assert (len(found.deliveries), found.left_out) == (len(made.deliveries), ())
    handed = sum(bool(one.uploads) for one in made.deliveries)
    assert sum(bool(one.uploads) for one in found.deliveries) == handed
    assert len({one.key for one in found.deliveries}) == len(found.deliveries)
    assert sum(len(one.students) for one in found.deliveries) == 10_000
