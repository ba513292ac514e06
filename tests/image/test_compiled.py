"""What a grade imports has been compiled: each process of each container would do it anew."""

from tests.image.conftest import in_container

SOURCES = """
import importlib.machinery, os, sys
sys.path.insert(0, "/autograder/source")
compiled = importlib.machinery.SourceFileLoader.source_to_code
def told(loader, data, path, **options):
    print(os.fspath(path))
    return compiled(loader, data, path, **options)
importlib.machinery.SourceFileLoader.source_to_code = told
import grader.cli, grader.grade, grader.submission.reader, torch
"""


def test_nothing_is_compiled_while_it_grades(image: str) -> None:
    python = ("/opt/grader-venv/bin/python", "-B", "-c", SOURCES)
    assert in_container(image, *python) == ""
