"""Inside the image: what must not be read cannot be read by the user `student`."""

from pathlib import Path

from tests.image.conftest import in_container

ROOT = Path(__file__).parents[2]
GRADE = """
mkdir -p /autograder/submission
cp /template/lab1.py /autograder/submission
/autograder/run_autograder >/dev/null
find /autograder/source /autograder/cache /autograder/results -type f >/tmp/files
cp /tmp/files /tmp/found
chmod 644 /tmp/found
setpriv --reuid student --regid student --clear-groups sh -c '
    while read -r path
    do if cat "$path" >/dev/null 2>&1; then echo "READ $path"; fi
    done </tmp/found
    ls /autograder/source /autograder/source/exam 2>/dev/null
    exit 0'
sed "s/^/FILE /" /tmp/found
"""


def test_nothing_of_the_grader_is_readable(image: str) -> None:
    mount = ("--volume", f"{ROOT / 'student_template'}:/template:ro")
    printed = in_container(image, "sh", "-ec", GRADE, options=mount).splitlines()
    files = {line.removeprefix("FILE ") for line in printed if line.startswith("FILE ")}
    folder = "/autograder/source"
    assert {
        "/autograder/results/results.json",
        f"{folder}/exam/manifest.json",
        f"{folder}/exam/images.safetensors",
        f"{folder}/grader/rubric.toml",
        f"{folder}/grader/oracle.py",
    } <= files
    assert [line for line in printed if not line.startswith("FILE ")] == []


def test_it_holds_no_reference_and_no_tests(image: str) -> None:
    printed = in_container(image, "ls", "/autograder/source").split()
    assert {"grader", "exam"} <= set(printed)
    assert not {"reference", "tests"} & set(printed)


def test_the_platforms_own_start_is_left_alone(image: str) -> None:
    assert "autograder" not in in_container(image, "sh", "-c", "cat /proc/1/cmdline")
