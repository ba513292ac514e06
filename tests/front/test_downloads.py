"""What platforms hand out is recognised by what it holds, and nothing of it is dropped silently."""

import os
import stat
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.handed_in import Delivery, Download, Student, Upload
from grader.course.layouts import LAYOUTS, Due, read_download
from grader.course.layouts.places import is_clutter
from grader.errors import UsageError
from grader.submission.files import printable
from tests.front.uploads import as_folder

Files = Mapping[str, str | bytes]
UTC = timezone.utc
AT = datetime(2026, 10, 1, 20, 8, 29, 560434, tzinfo=UTC)
DUE = Due(datetime(2026, 10, 1, 20, 0, 0, tzinfo=UTC))
LATE = timedelta(minutes=8, seconds=29, microseconds=560434)


def entry(folder: str, *people: str, at: str = "2026-10-01 20:08:29.560434000 Z") -> str:
    """An entry of Gradescope's YAML; a person is `name|sid|e-mail`."""
    lines = [f"{folder}:", "  :submitters:"]
    for person in people:
        name, sid, email = person.split("|")
        lines += [f"  - :name: {name}", f"    :sid: {sid}", f"    :email: {email}"]
    return "\n".join([*lines, f"  :created_at: {at}", "  :history: []", ""])


ANN, BOB = "Ann Lee|'301'|ann@example.edu", "Bob|302|bob@example.edu"
GRADESCOPE: Files = {
    "submission_metadata.yml": f"---\n{entry('submission_1', ANN)}{entry('submission_2', BOB)}",
    "submission_1/lab1.py": "1",
    "submission_2/lab1.ipynb": "2",
    "submission_2/helper.py": "3",
    ".DS_Store": "",
    "__MACOSX/x": "",
}
CANVAS: Files = {
    "leeann_LATE_50_901_lab1.ipynb": "1",
    "bobby_51_902_lab1.py": "2",
    "bobby_51_903_helper.py": "3",
}
NBGRADER: Files = {
    "submitted/ann/lab1/lab1.ipynb": "1",
    "submitted/ann/lab1/timestamp.txt": "2026-10-01 20:08:29.560434 UTC\n",
    "submitted/bob/lab1/lab1.ipynb": "2",
    "submitted/bob/lab1/timestamp.txt": "2026-10-01 12:08:29.560434 America/Los_Angeles",
    "gradebook.db": "",
}
GITHUB: Files = {
    "lab1-ann/.git/HEAD": "ref: refs/heads/main\n",
    "lab1-ann/lab1.py": "1",
    "lab1-bob-b/.git": "gitdb: ../elsewhere\n",
    "lab1-bob-b/src/lab1.py": "2",
}
FOLDER: Files = {
    "Ann Lee.ipynb": "1",
    "bob.tar.gz": b"2",
    "carol/lab1.py": "3",
    "dave.ipynb.txt": "4",
    ".hidden": "",
}
VALID = (entry("submission_1", ANN, BOB) + entry("submission_2", BOB)).encode()
EACH = {
    "gradescope": GRADESCOPE,
    "canvas": CANVAS,
    "nbgrader": NBGRADER,
    "github": GITHUB,
    "folder": FOLDER,
}


def packed(path: Path, files: Files, links: Mapping[str, str] = {}) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for name, target in links.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(member, target)
    return path


class Reading:
    """Reads downloads that lie in a folder of the test."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.into = home / "into"

    def __call__(self, files: Files, due: Due | None = None, **asked: str) -> Download:
        return self.read(as_folder(self.home / "class", files), due, **asked)

    def read(self, path: Path, due: Due | None = None, **asked: str) -> Download:
        return read_download(path, self.into, due=due, **asked)  # type: ignore[arg-type]  # texts

    def refused(self, files: Files, **asked: str) -> str:
        with pytest.raises(UsageError) as raised:
            self(files, **asked)
        assert "\n" not in str(raised.value)
        return str(raised.value)


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    return Reading(tmp_path)


def by_key(download: Download) -> dict[str, Delivery]:
    found = {one.key: one for one in download.deliveries}
    assert len(found) == len(download.deliveries)
    return found


def names(delivery: Delivery) -> list[str]:
    """The files of each upload, as they are to be read."""
    return [
        " ".join(sorted(path.name for path in each.path.rglob("*") if path.is_file()))
        if each.path.is_dir()
        else each.path.name
        for each in delivery.uploads
    ]


def left(download: Download) -> dict[str, str]:
    return {each.path.as_posix(): each.why for each in download.left_out}


def said(download: Download, words: str) -> bool:
    return any(words in remark for remark in download.remarks)


@pytest.mark.parametrize("layout", EACH)
@pytest.mark.parametrize("form", ["folder", "zip", "zip of a folder", "folder in a folder"])
def test_a_layout_is_recognised_in_every_form(layout: str, form: str, reading: Reading) -> None:
    """A zip of a plain folder is taken for the class, and that is said."""
    home, files = reading.home, EACH[layout]
    wrapped = {f"assignment_1_export/{name}": data for name, data in files.items()}
    if form == "folder":
        found = reading(files)
    elif form == "folder in a folder":
        found = reading(wrapped if layout != "folder" else files)
    else:
        found = reading.read(packed(home / "a.zip", files if form == "zip" else wrapped))
    assert found.layout == layout
    assert len(found.deliveries) == (4 if layout == "folder" else 2)
    for upload in (each for one in found.deliveries for each in one.uploads):
        assert upload.path.exists()
    folder_taken = (layout, form) == ("folder", "zip of a folder")
    assert said(found, "assignment_1_export is taken for the class") == folder_taken


def test_gradescope_tells_who_and_when(reading: Reading) -> None:
    found = by_key(reading(GRADESCOPE, DUE))
    path = reading.home / "class" / "submission_1"
    ann = Student("ann-lee", "Ann Lee", "ann@example.edu", "301")
    assert found["ann-lee"] == Delivery("ann-lee", (ann,), (Upload(path, AT, LATE),))
    assert names(found["bob"]) == ["helper.py lab1.ipynb"]


def test_each_member_of_a_pair_has_the_upload(reading: Reading) -> None:
    """And an extension of one of them is one of both."""
    text = entry("submission_1", ANN, BOB)
    files = {"submission_metadata.yml": text, "submission_1/lab1.py": ""}
    extended = Due(DUE.common, {"BOB@example.edu": AT})
    (pair,) = reading(files, extended).deliveries
    assert (pair.key, [one.key for one in pair.students]) == ("ann-lee-bob", ["ann-lee", "bob"])
    assert pair.uploads[0].late == timedelta(0)


def test_two_students_of_one_name_are_two(reading: Reading) -> None:
    """Whoever is listed first, and whatever the submission is called the next time."""
    other = "ANN  LEE|null|other@example.edu"
    files: Files = {"submission_1/a.py": "", "submission_2/a.py": ""}

    def keys(first: str, second: str) -> dict[str, str]:
        text = entry("submission_1", first) + entry("submission_2", second)
        found = reading({**files, "submission_metadata.yml": text})
        return {one.students[0].email: one.key for one in found.deliveries}

    found = keys(ANN, other)
    assert len(set(found.values())) == 2
    assert all(key.startswith("ann-lee-") for key in found.values())
    assert keys(other, ANN) == found


def test_what_gradescope_names_and_what_is_there_may_differ(reading: Reading) -> None:
    text = "".join(entry(f"submission_{n}", f"S{n}|{n}|null") for n in (1, 2, 3))
    files = {
        "submission_metadata.yml": text + entry("../../etc", "Eve|9|eve@example.edu"),
        "submission_1/lab1.py": "",
        "submission_2/.DS_Store": "",
        "submission_8/lab1.py": "",
        "notes.txt": "",
    }
    found = reading(files)
    uploads = {key: len(one.uploads) for key, one in by_key(found).items()}
    assert uploads == {"s1": 1, "s2": 0, "s3": 0, "eve": 0}
    assert left(found) == {
        "submission_8": "submission_metadata.yml does not name it",
        "notes.txt": "it lies beside the folders of the submissions",
    }
    assert said(found, "submission_3, ../../etc: named in submission_metadata.yml, but there is no")
    assert said(found, "submission_2: nothing was handed in")


def test_a_folder_that_is_named_for_different_people_is_given_to_nobody(reading: Reading) -> None:
    text = entry("submission_1", ANN) + entry("submission_1", BOB) + entry("submission_2", BOB)
    files = {"submission_metadata.yml": text + entry("submission_2", BOB)}
    found = reading({**files, "submission_1/a.py": "", "submission_2/a.py": ""})
    assert left(found) == {"submission_1": "submission_metadata.yml names it for different people"}
    uploads = [(one.students[0].key, len(one.uploads)) for one in found.deliveries]
    assert uploads == [("ann-lee", 0), ("bob", 0), ("bob", 1)]
    assert said(found, "Bob: named in more than one submission")
    assert said(found, "submission_2: named more than once in submission_metadata.yml")


def test_who_is_named_in_two_submissions_is_one_student(reading: Reading) -> None:
    text = entry("submission_1", ANN) + entry("submission_2", "Lee, Ann|null|ANN@example.edu", BOB)
    found = reading({**GRADESCOPE, "submission_metadata.yml": text})
    first, second = (one.students for one in found.deliveries)
    assert first[0] == second[0]
    assert said(found, "named in more than one submission")
    assert said(found, "several names: Ann Lee, Lee, Ann")


def test_earlier_uploads_count_where_their_files_are_there(reading: Reading) -> None:
    text = entry("submission_9", ANN).replace(
        "[]",
        """
  - :id: 7
    :created_at: 2026-09-30 00:00:00.000000000 Z
  - :id: 5
    :created_at: 2026-09-29 00:00:00.000000000 Z
  - :id: 9
  - :id: ../../etc""",
    )
    files = {"submission_metadata.yml": text, "submission_9/c.py": "", "submission_7/b.py": ""}
    found = reading({**files, "submission_5/a.py": ""})
    (ann,) = found.deliveries
    assert names(ann) == ["a.py", "b.py", "c.py"]
    assert [each.at for each in ann.uploads] == sorted(each.at or AT for each in ann.uploads)
    assert said(found, "submission_9: earlier uploads are listed, whose files did not come along")
    assert left(found) == {}


def history(*numbers: int) -> str:
    return "".join(f"\n  - :id: {number}" for number in numbers)


def test_no_folder_is_the_upload_of_two(reading: Reading) -> None:
    """What is an entry of its own is nobody's earlier upload; otherwise who comes first has it."""
    ann = entry("submission_2", ANN).replace("[]", history(2, 3, 1))
    bob = entry("submission_3", BOB).replace("[]", history(1))
    files = {f"submission_{number}/{number}.py": "" for number in (1, 2, 3)}
    found = by_key(reading({**files, "submission_metadata.yml": ann + bob}))
    assert {key: names(one) for key, one in found.items()} == {
        "ann-lee": ["1.py", "2.py"],
        "bob": ["3.py"],
    }


def test_the_upload_that_counts_is_not_missed_among_the_earlier_ones(reading: Reading) -> None:
    text = entry("submission_1", ANN).replace("[]", history(1))
    files = {"submission_metadata.yml": text, "submission_1/a.py": ""}
    assert not said(reading(files), "did not come along")


def test_a_time_of_rails_is_one(reading: Reading) -> None:
    at = "!ruby/object:ActiveSupport::TimeWithZone\n    utc: 2026-10-01 20:08:29.560434000 Z"
    text = entry("submission_1", ANN, at=at)
    (ann,) = reading({"submission_metadata.yml": text, "submission_1/a.py": ""}).deliveries
    assert [each.at for each in ann.uploads] == [AT]


@pytest.mark.parametrize(
    "text",
    [
        *("submission_1: []", "submission_1: {submitters: {}}", "submission_1: *x"),
        "submission_1: {submitters: [[], 1, {name: {}}], created_at: [], history: 3}",
        "submission_1: &1 {submitters: *1}",
    ],
)
def test_an_entry_that_makes_no_sense_costs_nobody_a_grade(text: str, reading: Reading) -> None:
    files = {"submission_metadata.yml": text, "submission_1/lab1.py": ""}
    found = reading(files)
    assert names(by_key(found)["submission_1"]) == ["lab1.py"]
    assert said(found, "tells no time that makes sense")
    assert said(found, "does not tell the name of everybody")


@pytest.mark.parametrize("text", ["", "- a", "a: [", b"a: \xff", "a: " + "[" * 20_000])
def test_yaml_that_cannot_be_read_is_one_line(text: str | bytes, reading: Reading) -> None:
    files = {"submission_metadata.yml": text, "submission_1/lab1.py": ""}
    assert "the layout `folder`" in reading.refused(files)
    found = reading(files, layout="folder")
    assert "submission_1" in by_key(found)


def test_names_in_yaml_cannot_move_a_cursor(reading: Reading) -> None:
    text = entry("submission_1", r'"An\e[31mn\n\u202eLee"|1|null')
    (ann,) = reading({"submission_metadata.yml": text, "submission_1/a.py": ""}).deliveries
    assert ann.students[0].name.isprintable()
    assert ann.key == "an-x1b-31mn-u202elee"


def test_a_download_of_gradescope_without_its_yaml_is_said(reading: Reading) -> None:
    found = reading({"submission_1/lab1.py": "", "submission_2/lab1.py": ""})
    assert found.layout == "folder"
    assert said(found, "submission_metadata.yml is missing")


def test_canvas_marks_what_is_late_and_does_not_tell_by_how_much(reading: Reading) -> None:
    found = reading(CANVAS, DUE)
    deliveries = by_key(found)
    assert deliveries["leeann"].students == (Student("leeann", "leeann", "", "50"),)
    assert [each.late for each in deliveries["leeann"].uploads] == [None]
    assert "late" in deliveries["leeann"].uploads[0].remark
    assert [each.late for each in deliveries["bobby"].uploads] == [timedelta(0)]
    assert said(found, "leeann: marked as late by Canvas, which does not tell by how much")
    assert said(found, "tells no times, so the due dates change nothing")


def of_ann(*files: str) -> Files:
    return {f"ann_50_{900 + at}_{name}": name for at, name in enumerate(files)}


@pytest.mark.parametrize(
    ("files", "uploads"),
    [
        (["lab1.py"], ["lab1.py"]),
        (["lab1.py", "helper.py"], ["helper.py lab1.py"]),
        (["lab1.py", "lab1-1.py", "lab1-2.py"], ["lab1.py", "lab1-1.py", "lab1-2.py"]),
        (["lab1.py", "lab1-1.py", "helper.py"], ["lab1.py", "helper.py lab1.py"]),
        (["a.py", "a-1.py", "b.py", "b-1.py"], ["a.py b.py", "a.py b.py"]),
        (["a.py", "a-1.py", "a-2.py", "b.py", "b-1.py"], ["a.py", "a.py b.py", "a.py b.py"]),
        (["lab1-3.py"], ["lab1-3.py"]),
        (["part-1.py", "part-2.py"], ["part-1.py part-2.py"]),
        (["lab1.py", "lab1-2.py"], ["lab1-2.py lab1.py"]),
        (["helper-1.py", "lab1-1.py"], ["helper.py lab1.py"]),
        (["lab-1.tar.gz", "lab.tar.gz"], ["lab.tar.gz", "lab-1.tar.gz"]),
        (["..", "lab1.py"], [".. lab1.py"]),
        (["A.py", "a.py"], ["A.py a.py"]),
    ],
)
def test_canvas_files_of_one_student(
    files: list[str], uploads: list[str], reading: Reading
) -> None:
    """Numbers are resubmissions where all below are there, too; files of one upload find another.

    Where names would clash, or be none, files have those that Canvas gave them.
    """
    (ann,) = reading({**of_ann(*files), "bob_51_999_lab1.py": ""}).deliveries[:1]
    found = [sorted(each.rpartition("_")[2] for each in several.split()) for several in names(ann)]
    assert [" ".join(each) for each in found] == uploads
    made_of = [path.name for each in ann.uploads for path in each.made_of or (each.path,)]
    assert sorted(made_of) == sorted(of_ann(*files))
    for upload in ann.uploads:
        if upload.made_of:
            assert {path.read_text() for path in upload.path.iterdir()} == {
                path.read_text() for path in upload.made_of
            }


def test_canvas_names_stay_where_another_file_asks_for_them(reading: Reading) -> None:
    files = {"ann_50_901_lab1.py": "%run part-1.py\n", "ann_50_902_part-1.py": ""}
    (ann,) = reading(files).deliveries
    assert names(ann) == ["lab1.py part-1.py"]


def test_canvas_two_of_one_name_and_names_with_underscores(reading: Reading) -> None:
    files = {f"team_7_x_{user}_9_lab_1_2_3.py": "" for user in (50, 51)}
    found = reading(files)
    assert {*by_key(found)} == {"team_7_x-50", "team_7_x-51"}
    assert [one.students[0].number for one in found.deliveries] == ["50", "51"]


def test_canvas_names_that_contradict_a_user_id_are_said(reading: Reading) -> None:
    found = reading({"ann_50_1_a.py": "", "bob_50_2_b.py": ""})
    assert [names(one) for one in found.deliveries] == [["a.py b.py"]]
    assert said(found, "50: files of one user id have different names in front")


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_a_place_that_cannot_be_written_to_is_one_line(form: str, reading: Reading) -> None:
    reading.into.write_text("a file")
    folder = as_folder(reading.home / "class", CANVAS)
    path = folder if form == "folder" else packed(reading.home / "a.zip", CANVAS)
    with pytest.raises(UsageError, match="File exists"):
        reading.read(path)


def test_what_canvas_did_not_name_is_left_out(reading: Reading) -> None:
    found = reading({**CANVAS, "notes.txt": "", "more/a.py": ""})
    assert found.layout == "canvas"
    assert {*left(found)} == {"notes.txt", "more"}


def test_a_folder_with_some_names_as_of_canvas_is_a_folder(reading: Reading) -> None:
    found = reading({**FOLDER, "ann_1_2_lab.py": ""})
    assert found.layout == "folder"
    assert said(found, "1 files are named as in a download of Canvas, most are not")
    assert reading.read(reading.home / "class", layout="canvas").layout == "canvas"


def test_nbgrader_tells_the_time(reading: Reading) -> None:
    found = reading(NBGRADER, DUE)
    deliveries = by_key(found)
    assert [each.late for each in deliveries["ann"].uploads] == [LATE]
    assert [each.at for each in deliveries["bob"].uploads] == [AT - timedelta(hours=1)]
    assert left(found) == {"gradebook.db": "it lies beside submitted/"}


def test_nbgrader_with_several_assignments_asks_which(reading: Reading) -> None:
    files = {**NBGRADER, "submitted/ann/lab0/a.ipynb": "", "submitted/carol/lab0/a.ipynb": ""}
    assert "these assignments: lab0, lab1. Name one." in reading.refused(files)
    assert "lab9 is not among them" in reading.refused(files, assignment="lab9")
    found = reading(files, assignment="lab1")
    uploads = {key: len(one.uploads) for key, one in by_key(found).items()}
    assert uploads == {"ann": 1, "bob": 1, "carol": 0}
    assert said(found, "2 folders of other assignments passed over: lab0")


@pytest.mark.parametrize("stamp", ["", "yesterday", "2026-10-01 20:08:29 XYZ", b"\xff", None])
def test_a_timestamp_without_sense_is_said(stamp: str | bytes | None, reading: Reading) -> None:
    files = {name: data for name, data in NBGRADER.items() if "ann/lab1/t" not in name}
    more = {} if stamp is None else {"submitted/ann/lab1/timestamp.txt": stamp}
    found = reading({**files, **more}, DUE)
    (upload,) = by_key(found)["ann"].uploads
    assert (upload.at, upload.late) == (None, None)
    assert said(found, "ann: there is no timestamp.txt with a time")
    assert said(found, "ann: nothing tells when this was handed in")


def test_a_timestamp_without_a_zone_is_in_utc_as_nbgrader_has_it(reading: Reading) -> None:
    files = {**NBGRADER, "submitted/ann/lab1/timestamp.txt": "2026-10-01 20:08:29.560434"}
    assert by_key(reading(files))["ann"].uploads[0].at == AT


def test_clones_are_called_by_login_and_nothing_of_git_is_asked(reading: Reading) -> None:
    files = {**GITHUB, "lab1-carol/.git/config": "[core]\n\tfsmonitor = touch pwned\n"}
    found = reading({**files, "notes/a.txt": "", "grades.csv": ""}, DUE)
    deliveries = by_key(found)
    assert {*deliveries} == {"ann", "bob-b", "carol"}
    assert deliveries["carol"].uploads == ()
    assert [each.late for each in deliveries["ann"].uploads] == [None]
    assert said(found, "lab1-carol: nothing was handed in")
    assert {*left(found)} == {"notes", "grades.csv"}
    assert not any(path.name == "pwned" for path in reading.home.rglob("*"))


@pytest.mark.parametrize(
    ("around", "clones", "keys"),
    [
        ("class", ["lab-1-ann", "lab-1-anna"], {"ann", "anna"}),
        ("class", ["lab1-a-b", "lab1-a-c"], {"b", "c"}),
        ("lab1-submissions", ["lab1-a-b", "lab1-a-c"], {"a-b", "a-c"}),
        ("lab1-submissions", ["lab1-ann"], {"ann"}),
        ("class", ["lab1-ann"], {"lab1-ann"}),
        ("class", ["ann", "bob"], {"ann", "bob"}),
    ],
)
def test_the_assignments_name_is_what_all_clones_begin_with(
    around: str, clones: list[str], keys: set[str], reading: Reading
) -> None:
    files = {f"{name}/.git/HEAD": "" for name in clones} | {f"{name}/a.py": "" for name in clones}
    assert {*by_key(reading.read(as_folder(reading.home / around, files)))} == keys


def test_a_plain_folder_holds_one_student_in_each_entry(reading: Reading) -> None:
    found = reading({**FOLDER, "eve/.git/HEAD": "", "ann.lee/a.py": "", "Thumbs.db": ""}, DUE)
    deliveries = by_key(found)
    assert {*deliveries} == {"ann-lee-ipynb", "ann-lee", "bob", "carol", "dave", "eve"}
    assert deliveries["eve"].uploads == ()
    assert said(found, "2 files or folders of tools and systems passed over: .hidden, Thumbs.db")
    assert said(found, "the due dates change nothing")


def test_a_folder_beside_its_archive_is_two_students_and_that_is_said(reading: Reading) -> None:
    found = reading({"ann.zip": "", "ann/lab1.py": "", "Bob.py": "", "bob.ipynb": "", "eve.py": ""})
    assert len(found.deliveries) == 5
    words = "alike but for their endings, and taken for different students"
    assert said(found, f"ann, ann.zip, Bob.py, bob.ipynb: {words}")


def test_names_that_differ_by_case_alone_are_two_students(reading: Reading) -> None:
    found = reading({"ann.py": "", "Ann.py": "", "ANN/lab.py": "", "İ.py": "", "i\u0307.py": ""})
    assert len({key.lower() for key in by_key(found)}) == 5


@pytest.mark.parametrize("name", ["x" * 255, "é" * 127, "李雷.py", b"J\xf6rg.py", "-rf", "a\nb.py"])
def test_any_name_a_disk_takes_is_a_student(name: str | bytes, reading: Reading) -> None:
    folder = reading.home / "class"
    folder.mkdir()
    (folder / os.fsdecode(name)).write_bytes(b"1")
    (one,) = reading.read(folder).deliveries
    assert one.uploads[0].path.read_bytes() == b"1"
    assert one.students[0].name.isprintable()


def test_a_link_or_something_very_deep_is_something(reading: Reading) -> None:
    """Whoever looks for code says what it is worth."""
    folder = reading.home / "class"
    (folder / "ann" / "/".join("x" * 12)).mkdir(parents=True)
    (folder / "bob").mkdir()
    (folder / "bob" / "link").symlink_to("/etc")
    (folder / "carol" / "src" / ".cache").mkdir(parents=True)
    found = reading.read(folder)
    assert {key: len(one.uploads) for key, one in by_key(found).items()} == {
        "ann": 1,
        "bob": 1,
        "carol": 0,
    }


def test_what_may_not_be_opened_is_left_out(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = as_folder(reading.home / "class", FOLDER)
    monkeypatch.setattr("os.access", lambda path, mode: path.name not in ("bob.tar.gz", "carol"))
    found = reading.read(folder)
    assert left(found) == dict.fromkeys(("bob.tar.gz", "carol"), "it cannot be opened")
    assert {*by_key(found)} == {"ann-lee", "dave"}


def test_links_and_special_files_are_left_out(reading: Reading) -> None:
    folder = as_folder(reading.home / "class", FOLDER)
    (folder / "link").symlink_to("/etc")
    (folder / "link.py").symlink_to(folder / "Ann Lee.ipynb")
    os.mkfifo(folder / "pipe.py")
    found = reading.read(folder)
    assert {*left(found)} == {"link", "link.py", "pipe.py"}
    assert len(found.deliveries) == 4


def test_a_link_in_place_of_a_submission_is_left_out(reading: Reading) -> None:
    folder = as_folder(reading.home / "class", GRADESCOPE)
    (folder / "submission_3").symlink_to("submission_1")
    text = (folder / "submission_metadata.yml").read_text()
    text += entry("submission_3", "Carol|303|c@example.edu")
    (folder / "submission_metadata.yml").write_text(text)
    found = reading.read(folder)
    assert left(found) == {"submission_3": "it is a link, and those are not followed"}
    assert by_key(found)["carol"].uploads == ()


def test_a_download_that_fits_two_layouts_has_to_be_named(reading: Reading) -> None:
    files = {**GRADESCOPE, "submission_1/.git/HEAD": "", "submission_2/.git/HEAD": ""}
    assert "can be taken for gradescope and for github" in reading.refused(files)
    assert reading(files, layout="gradescope").layout == "gradescope"


@pytest.mark.parametrize(
    ("files", "layout", "kept"),
    [
        ({**FOLDER, "submission_metadata.yml": VALID}, "folder", 4),
        ({**FOLDER, "submission_metadata.yml": "no YAML: ["}, "folder", 4),
        ({**FOLDER, "submission_metadata.yml": VALID, "submission_1/a.py": ""}, "folder", 5),
        ({**CANVAS, "submission_metadata.yml": VALID}, "canvas", 2),
        ({**GITHUB, "submission_metadata.yml": VALID}, "github", 2),
        ({**FOLDER, "eve/.git/HEAD": "", "eve/lab1.py": ""}, "folder", 5),
        ({"ann.py": "", "bob.py": "", "eve/.git/HEAD": "", "eve/lab1.py": ""}, "folder", 3),
        ({**FOLDER, "eve/lab1/timestamp.txt": "", "eve/lab1/a.ipynb": ""}, "folder", 5),
        ({"ann.py": "", "bob.py": "", "eve/lab1/timestamp.txt": ""}, "folder", 3),
        ({"ann/a.py": "", "bob/a.py": "", "submitted/x/y/a.ipynb": ""}, "folder", 3),
        ({**NBGRADER, "source/lab1/lab1.ipynb": "", "notes/a.txt": ""}, "nbgrader", 2),
    ],
)
def test_a_mark_of_a_platform_counts_where_most_of_what_lies_there_fits(
    files: Files, layout: str, kept: int, reading: Reading
) -> None:
    """What one student has, or somebody has put there, makes a class nobody else's download."""
    found = reading(files)
    assert found.layout == layout
    assert len([one for one in found.deliveries if one.uploads]) == kept
    if "submission_metadata.yml" in files:
        assert "submission_metadata.yml" in left(found)


def test_a_class_of_gradescope_that_handed_in_nothing_is_one(reading: Reading) -> None:
    found = reading({"submission_metadata.yml": VALID})
    assert (found.layout, len(found.deliveries)) == ("gradescope", 2)


def test_the_yaml_of_another_download_is_one_line(reading: Reading) -> None:
    files = {"submission_metadata.yml": VALID, "submission_7/a.py": "", "submission_8/a.py": ""}
    assert "names no folder that lies beside it" in reading.refused(files)
    assert len(reading(files, layout="folder").deliveries) == 2


def test_single_clones_in_a_plain_folder_are_said(reading: Reading) -> None:
    found = reading({**FOLDER, "eve/.git/HEAD": "", "eve/a.py": ""})
    assert said(found, "1 folders are clones as of GitHub Classroom, most are not")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_that_does_not_fit_is_refused_by_name(layout: str, reading: Reading) -> None:
    files = {"ann.py": "", "bob/lab.py": ""}
    if layout == "folder":
        assert reading(files, layout=layout).layout == layout
    else:
        assert f"does not look like {LAYOUTS[layout]}" in reading.refused(files, layout=layout)


def test_an_unknown_layout_is_refused(reading: Reading) -> None:
    assert "moodle is no layout" in reading.refused(FOLDER, layout="moodle")


@pytest.mark.parametrize("name", ["none", "class.tar", "cut.zip"])
def test_what_is_no_download_is_one_line(name: str, reading: Reading) -> None:
    if name != "none":
        (reading.home / name).write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(UsageError, match=name) as raised:
        reading.read(reading.home / name)
    assert "\n" not in str(raised.value)


def test_a_damaged_zip_is_one_line(reading: Reading) -> None:
    path = packed(reading.home / "a.zip", GRADESCOPE)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 1] = 0
    path.write_bytes(data)
    with pytest.raises(UsageError, match=r"a\.zip is damaged"):
        reading.read(path)
    assert not [*reading.into.iterdir()]


def test_no_member_of_a_zip_leads_out_of_it_or_to_another(reading: Reading) -> None:
    bad = {"../out.py": "", "/etc/out.py": "", "a/../../out.py": "", "ann.py/x": "", "d" * 300: ""}
    path = packed(reading.home / "a.zip", {"ann.py": "1", **bad}, {"link.py": "/etc/passwd"})
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("ann.py", "2")
    found = reading.read(path)
    assert sorted(left(found)) == sorted(map(printable, [*bad, "ann.py", "link.py"]))
    assert by_key(found)["ann"].uploads[0].path.read_text() == "1"
    assert not [*reading.home.rglob("out.py")]
    assert not any(each.is_symlink() for each in reading.home.rglob("*"))


def test_a_member_that_cannot_be_unpacked_is_left_out(reading: Reading) -> None:
    path = packed(reading.home / "a.zip", {"ann.py": "A" * 100 + "\n", "bob.py": "bob"})
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("ann.py").header_offset + 30 + len("ann.py")
    path.write_bytes(data[:at] + b"\xff" + data[at + 1 :])
    found = reading.read(path)
    assert {*by_key(found)} == {"bob"}
    assert "cannot be unpacked" in left(found)["ann.py"]


def test_a_zip_is_unpacked_for_its_owner_alone_and_once(reading: Reading) -> None:
    path = packed(reading.home / "a.zip", FOLDER, {"l.py": "x"})
    found = reading.read(path)
    (home,) = reading.into.iterdir()
    assert [stat.S_IMODE(each.stat().st_mode) for each in (reading.into, home)] == [0o700] * 2
    before = (home / "files").stat().st_mtime_ns
    assert reading.read(path) == found
    assert (home / "files").stat().st_mtime_ns == before


def test_what_was_unpacked_by_half_is_unpacked_again(reading: Reading) -> None:
    path = packed(reading.home / "a.zip", FOLDER)
    found = reading.read(path)
    (home,) = reading.into.iterdir()
    home.rename(home.with_name(f"{home.name}.partial"))
    (home.with_name(f"{home.name}.partial") / "files" / "eve.py").write_text("")
    assert reading.read(path) == found
    assert [*reading.into.iterdir()] == [home]


def test_what_was_unpacked_and_then_damaged_is_one_line(reading: Reading) -> None:
    path = packed(reading.home / "a.zip", FOLDER)
    reading.read(path)
    (home,) = reading.into.iterdir()
    (home / "left_out.json").write_text("[{")
    with pytest.raises(UsageError, match=r"is damaged\. Delete it"):
        reading.read(path)


def test_a_member_that_is_larger_than_it_says_is_left_out(reading: Reading) -> None:
    """zipfile reads as many bytes as the member says it has: the check sum is another's then."""
    path = packed(reading.home / "a.zip", {"ann.py": "x" * 5000, "bob.py": ""})
    size = (5000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (10).to_bytes(4, "little")))
    found = reading.read(path)
    assert "cannot be unpacked" in left(found)["ann.py"]
    assert {*by_key(found)} == {"bob"}


def test_special_files_and_clutter_of_a_zip(reading: Reading) -> None:
    path = packed(reading.home / "a.zip", {**FOLDER, "__MACOSX/._a": "", ".git/": ""})
    with zipfile.ZipFile(path, "a") as archive:
        member = zipfile.ZipInfo("pipe.py")
        member.external_attr = (stat.S_IFIFO | 0o600) << 16
        archive.writestr(member, "")
    found = reading.read(path)
    assert left(found) == {"pipe.py": "it is neither a file nor a folder"}
    assert said(found, "3 files or folders of tools and systems passed over: .git, .hidden, __MAC")


def test_a_zip_that_is_too_large_is_one_line(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.course.layouts.unpacking.LARGEST", 1000)
    monkeypatch.setattr("grader.course.layouts.unpacking.MOST_BYTES", 1500)
    found = reading.read(packed(reading.home / "a.zip", {"a.py": "x" * 900, "b.py": "x" * 1001}))
    assert {*left(found)} == {"b.py"}
    with pytest.raises(UsageError, match="unpacks to more"):
        reading.read(packed(reading.home / "b.zip", {"a.py": "x" * 900, "b.py": "x" * 900}))
    monkeypatch.setattr("grader.course.layouts.unpacking.MOST_FILES", 1)
    with pytest.raises(UsageError, match="more than 1 files"):
        reading.read(packed(reading.home / "c.zip", {"a.py": "", "b.py": ""}))


def test_who_has_a_due_date_and_is_not_there_is_said(reading: Reading) -> None:
    due = Due(DUE.common, {"zoe@example.edu": AT})
    assert said(reading(GRADESCOPE, due), "zoe@example.edu: has a due date, but is nobody")


def test_without_a_due_date_nothing_is_late_nor_in_time(reading: Reading) -> None:
    found = reading(GRADESCOPE)
    assert [each.late for one in found.deliveries for each in one.uploads] == [None, None]
    assert said(found, "ann-lee, bob: no due date is known")


PARTS = st.sampled_from(
    [
        *("submission_1", "submission_2", "submitted", "ann", "Ann", "lab1", "lab1-ann", ".git"),
        *(".DS_Store", "__MACOSX", "a_1_2_x.py", "a_1_3_x-1.py", "b_LATE_2_4_y.zip", "é.py"),
        *("lab1.py", "lab1.ipynb", "grades.csv", "timestamp.txt", "submission_metadata.yml"),
    ]
)
TREES = st.dictionaries(
    st.lists(PARTS, min_size=1, max_size=4).map("/".join),
    st.sampled_from(["", "x", entry("submission_1", ANN), entry("submission_2", ANN, BOB)]),
    max_size=14,
)


def written(folder: Path, files: Files) -> Path:
    """Those of the files that can stand beside each other."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = folder / name
        if path.exists() or any(each.is_file() for each in path.parents):
            continue
        as_folder(folder, {name: content})
    return folder


def accounted(path: Path, folder: Path, download: Download) -> int:
    """In how many places a file of a download is found again."""
    parts = path.relative_to(folder).parts
    uploads = [each for one in download.deliveries for each in one.uploads]
    roots = [each for one in uploads for each in one.made_of or (one.path,)]
    places = sum(path.is_relative_to(each) for each in roots)
    places += sum(path.is_relative_to(folder / each.path) for each in download.left_out)
    if places:
        return places
    empty = next((each for each in download.remarks if "nothing was handed in" in each), "")
    passed = any(map(is_clutter, parts)) and (said(download, "passed over") or bool(empty))
    other = download.layout == "nbgrader" and said(download, "other assignments")
    metadata = download.layout == "gradescope" and path.name == "submission_metadata.yml"
    return int(passed or other or metadata)


@given(TREES, st.sampled_from([None, *LAYOUTS]))
def test_nothing_is_dropped(
    tmp_path_factory: pytest.TempPathFactory, files: Files, layout: str | None
) -> None:
    """Every file is in one upload, left out with a reason, or clutter that is counted."""
    home = tmp_path_factory.mktemp("drawn")
    folder = written(home / "class", files)
    with suppress(UsageError):
        accounted_for(folder, home / "into", layout)


def accounted_for(folder: Path, into: Path, layout: str | None) -> None:
    download = read_download(folder, into, layout=layout)
    for path in folder.rglob("*"):
        if path.is_file():
            assert accounted(path, folder, download) == 1, (path, download)
    assert read_download(folder, into, layout=layout) == download
    keys = [one.key for one in download.deliveries]
    assert len({key.lower() for key in keys}) == len(keys)
    by_student = {student.key for one in download.deliveries for student in one.students}
    everybody = {student for one in download.deliveries for student in one.students}
    assert len(by_student) == len(everybody)
    for upload in (each for one in download.deliveries for each in one.uploads):
        assert upload.path.exists()


def seen(download: Download) -> list[object]:
    """What is read, wherever it lies."""
    uploads = [
        (one.key, one.students, [(each.path.name, each.at, each.late) for each in one.uploads])
        for one in download.deliveries
    ]
    return [download.layout, uploads, download.left_out, download.remarks]


@given(TREES)
def test_a_zip_is_read_as_the_folder_that_it_was(
    tmp_path_factory: pytest.TempPathFactory, files: Files
) -> None:
    """But for one that holds a single folder, which is taken for the class."""
    home = tmp_path_factory.mktemp("drawn")
    folder = written(home / "class", files)
    kept = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    with suppress(UsageError):
        as_it_was = seen(read_download(folder, home / "into"))
        download = read_download(packed(home / "class.zip", kept), home / "into")
        if not said(download, "is taken for the class"):
            assert seen(download) == as_it_was


FLAWS = st.sampled_from(
    [
        *(b"", b"\n", b"  ", b":", b"- ", b"*a", b"&a ", b"<<: *a", b"!ruby/object:X ", b"|", b"'"),
        *(b"{", b"[", b"}", b"---\n", b"...\n", b"\xff", b"\0", b"\t", b"%YAML 9\n", b"? ", b"~"),
    ]
)


@given(st.lists(st.tuples(st.integers(0, len(VALID)), st.integers(0, 9), FLAWS), max_size=4))
def test_damaged_metadata_is_one_line_or_costs_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, flaws: list[tuple[int, int, bytes]]
) -> None:
    """Whatever stands there, both folders are an upload or left out."""
    home = tmp_path_factory.mktemp("drawn")
    data = VALID
    for at, removed, inserted in flaws:
        data = data[:at] + inserted + data[at + removed :]
    files = {"submission_metadata.yml": data, "submission_1/a.py": "", "submission_2/a.py": ""}
    folder = as_folder(home / "class", files)
    with suppress(UsageError):
        accounted_for(folder, home / "into", None)


def test_yaml_that_a_disk_or_a_person_made_huge_is_one_line(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.course.layouts.ruby_yaml.LARGEST", 1000)
    files = {**GRADESCOPE, "submission_metadata.yml": VALID + b"#" * 1000}
    assert "it has 1," in reading.refused(files)
    monkeypatch.undo()
    monkeypatch.setattr("grader.course.layouts.gradescope.MOST_ENTRIES", 1)
    assert "more than 1 entries" in reading.refused(files)


def test_a_large_group_is_cut_and_said(reading: Reading) -> None:
    people = [f"S{n}|{n}|s{n}@example.edu" for n in range(60)]
    files = {**GRADESCOPE, "submission_metadata.yml": entry("submission_1", *people)}
    found = reading(files)
    assert [len(one.students) for one in found.deliveries] == [50]
    assert len(found.deliveries[0].key) < 80
    assert said(found, "submission_1: of more than 50 people, the first so many are read")


def test_names_that_a_disk_may_take_for_one_stay_as_canvas_gave_them(reading: Reading) -> None:
    (ann,) = reading(of_ann("A.py", "a.py")).deliveries
    assert names(ann) == ["ann_50_900_A.py ann_50_901_a.py"]


def test_what_was_put_together_holds_nothing_of_an_earlier_reading(reading: Reading) -> None:
    reading(of_ann("a.py", "b.py", "c.py"))
    (reading.home / "class" / "ann_50_902_c.py").unlink()
    (ann,) = reading.read(reading.home / "class").deliveries
    assert names(ann) == ["a.py b.py"]


def test_folders_of_students_with_files_of_their_own_are_no_nbgrader(reading: Reading) -> None:
    files = {"ann/lab1/timestamp.txt": "", "ann/lab1/lab1.ipynb": "", "bob/lab1.ipynb": ""}
    assert reading(files).layout == "folder"


def test_a_timestamp_that_is_a_link_tells_nothing(reading: Reading) -> None:
    folder = as_folder(reading.home / "class", NBGRADER)
    stamp = folder / "submitted" / "ann" / "lab1" / "timestamp.txt"
    stamp.unlink()
    stamp.symlink_to(folder / "submitted" / "bob" / "lab1" / "timestamp.txt")
    assert [each.at for each in by_key(reading.read(folder))["ann"].uploads] == [None]
