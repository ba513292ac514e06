"""A class without names: none is left, and the same code is the same person at each run."""

import csv
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from grader.course.anonymous import HEAD, LENGTH, LETTERS, anonymous
from grader.course.handed_in import Delivery, Student, Upload
from grader.course.outcome import Outcome
from grader.errors import UsageError
from grader.listing import Listing
from grader.result import Override
from tests.outcomes import failing, made, outcome, passing, student

ADA = Student("ada-example-17", "Ada Mary Example", "ada.example@school.example", "3031234567")


def named() -> Outcome:
    """An outcome whose texts name its student in every way that they may."""
    file = "exampleada_3031234567_88_lab1.ipynb"
    result = failing(passing(), "weights.rounding", actual="Ada Mary Example: 3 of 10 are off")
    override = Override(1.0, "Ada Mary Example asked", "T. Assistant")
    entries = (replace(result.entries[0], override=override), *result.entries[1:])
    result = replace(
        result,
        entries=entries,
        submission=file,
        notes=(f"Graded {file}.", "of ADA.EXAMPLE@SCHOOL.EXAMPLE"),
        graded={"quantized_weights": f"{file}, cell 3"},
        listings={"2.1": [("f", Listing(f"{file}", 1, ("# Example, Ada Mary", "x = max(y)")))]},
        printed="I am ada_mary_example, 3031234567\n",
        staff=("ada-example-17 is late",),
        write_up={"figures": [{"cells": [file]}]},
    )
    upload = Upload(Path("/class") / file)
    delivery = Delivery("submission_9", (ADA,), (upload,))
    return Outcome(delivery, upload, result, f"{file} is odd", chosen=frozenset({ADA.key}))


def everything(each: Outcome) -> str:
    """All that it says, as text."""
    return msgspec.json.encode(each, enc_hook=str).decode().lower()


def test_no_name_is_left_and_nothing_else_is_lost(tmp_path: Path) -> None:
    (bare,) = anonymous([named()], tmp_path / "key.csv")
    said = everything(bare)
    for word in ("ada", "example", "3031234567", "submission_9", "assistant"):
        assert word not in said
    (code,) = (person.key for person in bare.delivery.students)
    assert bare.chosen == {code}
    assert len(code) == LENGTH
    assert set(code) <= set(LETTERS)
    assert bare.result.submission == bare.upload.path.name == f"{code}.ipynb"
    assert f"{code}: 3 of 10 are off" in said
    assert "x = max(y)" in said
    assert bare.result.score == named().result.score
    assert [entry.sentence for entry in bare.result.entries] == [
        entry.sentence for entry in named().result.entries
    ]


def test_the_key_says_who_is_who_and_to_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "key.csv"
    path.touch(0o644)
    (bare,) = anonymous([named()], path)
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open(encoding="utf-8", newline="") as file:
        head, row = csv.reader(file)
    assert tuple(head) == HEAD
    assert row[:5] == [bare.delivery.key, ADA.key, ADA.name, ADA.email, ADA.number]


def test_codes_stay_and_new_students_get_new_ones(tmp_path: Path) -> None:
    path = tmp_path / "key.csv"
    few, many = list(made(20)), list(made(40))
    first = [each.delivery for each in anonymous(few, path)]
    with path.open("ab") as file:
        file.write(b"bcdfghjk,half of a li")  # cut off by a power loss
    again = [each.delivery for each in anonymous(many, path)]
    assert again[: len(first) - 1] == first[:-1]  # the last may be another size of group
    codes = [person.key for each in again for person in each.students]
    assert len(set(codes)) == len(codes) == 40


def test_what_a_spreadsheet_would_change_in_a_key_changes_no_code(tmp_path: Path) -> None:
    path = tmp_path / "key.csv"
    keys = ["=1", "’=1", "-1", "a\nb", "a b", "\udcff"]
    outcomes = [outcome(passing(), student(key)) for key in keys]
    first, again = ([each.delivery.key for each in anonymous(outcomes, path)] for _ in range(2))
    assert first == again
    assert len(set(first)) == len(keys)


def test_two_people_of_one_delivery_are_told_apart(tmp_path: Path) -> None:
    result = failing(passing(), "weights.rounding", actual="Ada Aa and Ben Bb")
    pair = outcome(result, student("one", "Ada Aa"), student("other", "Ben Bb"))
    (bare,) = anonymous([pair], tmp_path / "key.csv")
    with (tmp_path / "key.csv").open(encoding="utf-8", newline="") as file:
        code = {row["name"]: row["code"] for row in csv.DictReader(file)}
    failed = next(entry for entry in bare.result.entries if entry.status == "failed")
    assert failed.verdict.actual == f"{code['Ada Aa']} and {code['Ben Bb']}"
    assert bare.delivery.key == "-".join(sorted(code.values()))


@pytest.mark.parametrize("data", [b"student,total\na,5\n", b"\xff\xfe\n", b"no end of line"])
def test_another_file_is_refused_and_left_as_it_is(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "key.csv"
    path.write_bytes(data)
    path.chmod(0o644)
    with pytest.raises(UsageError, match="does not say which code is whose"):
        list(anonymous([named()], path))
    assert path.read_bytes() == data
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        list(anonymous([named()], tmp_path / "nowhere" / "key.csv"))
