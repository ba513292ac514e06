"""IPython syntax becomes nothing, and the student's lines keep their numbers."""

import ast
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission.python import LONGEST, parse, to_python

NOTHING = {
    "a line magic": "%matplotlib inline",
    "a shell line": "!pip install torch",
    "a shell line in several lines": "!pip install \\\n  torch \\\n  numpy",
    "help": "print?",
    "help in front": "?print",
    "more help": "torch.nn??",
    "an indented shell line": "if True:\n    !ls\n    %cd x",
    "an exported shell line": "get_ipython().system('ls')",
    "an exported magic in two lines": "get_ipython().run_line_magic('time',\n  'x = (')",
    "a cell in the middle of a file": "%%bash",
    "a timed line that is no Python": "%time x = (",
}


@pytest.mark.parametrize("line", NOTHING.values(), ids=NOTHING)
def test_nothing_remains_but_the_lines(line):
    python = to_python(f"before = 1\n{line}\nafter = 2\n")
    first, *between, last = parse(python).body
    assert (ast.unparse(first), first.lineno) == ("before = 1", 1)
    assert (ast.unparse(last), last.lineno) == ("after = 2", 3 + line.count("\n"))
    assert all(ast.unparse(each) in ["None", "if True:\n    None\n    None"] for each in between)
    assert "ipython" not in python


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("x = !ls", "x = []"),
        ("x = %env HOME", "x = None"),
        ("%time x = f(1)", "x = f(1)"),
        ("%time f(1)", "(f(1))"),
        ("%time x = 1; y = 2", "x = 1; y = 2"),
        ("x = %time f(1)", "x = (f(1))"),
        ("%time x = 0x_ff  # all ones", "x = 0x_ff"),
        ("%time x = [1,  2]; f( x )", "x = [1,  2]; f( x )"),
        ("%time if x: y = 1", "None"),
        ("%time x = get_ipython()", "x = None"),
        ("get_ipython().magic(u'time x = f(1)')", "x = f(1)"),
        ("get_ipython().magic('timeit x = f(1)')", "None"),
        ("get_ipython().run_line_magic('time',\n 'x = 1'); y = 2", "\\\nx = 1; y = 2"),
        ("get_ipython().run_line_magic('time',\n 'f(1)')", "((f(1))\n)"),
        ("%timeit x = f(1)", "None"),
        ("if 'google.colab' in str(get_ipython()): pass", "if 'google.colab' in str(None): pass"),
        ("é = !ls; ö = 1", "é = []"),
        (
            "é = get_ipython().getoutput('é') if get_ipython().x(1) else f(get_ipython())",
            "é = [] if None else f(None)",
        ),
        ("%%time\nx = 1", "\nx = 1"),
        ("\n# first\n%%capture out\nx = 1", "\n# first\n\nx = 1"),
        ("%%time\n%%capture\nx = 1", "\n\nx = 1"),
        ("%%bash\nls", ""),
        ("%%writefile helper.py\nx = 1", ""),
        ("%%timeit\nx = 1", ""),
        ("%%javascript\nalert(1)", ""),
        ("\n\n  x = 1\n  !ls\n  y = 2", "\n\nx = 1\nNone\ny = 2\n"),
        (">>> x = 1\n>>> y = 2", "x = 1\ny = 2\n"),
        ("In [1]: import x\n   ...: import y", "import x\nimport y\n"),
        ("x = 1\r\ny = 2\r", "x = 1\ny = 2\n"),
        ("x = '''\n!ls\n%cd\n'''", "x = '''\n!ls\n%cd\n'''"),
        ("x = 5 \\\n % 3", "x = 5 \\\n % 3"),
    ],
)
def test_what_remains(cell, python):
    assert to_python(cell).rstrip("\n") == python.rstrip("\n")


@pytest.mark.parametrize(
    "source",
    [
        "def f(:",
        "print 'python 2'",
        "x = 1\0",
        "x = '\ud800'",
        "x = " + "-" * 100_000 + "1",
        "x = a" + ".a" * 100_000,
        "x = " + "(" * 100_000,
        "x = " + "[" * 100 + "]" * 99,
        "\n".join(" " * depth + "if 1:" for depth in range(200)),
        "x = 1" + "#" * LONGEST,
        pytest.param("!ls\n" * 501, marks=pytest.mark.rest),
        "x = " + "9" * 10_000,
    ],
    ids=range(12),
)
def test_what_is_no_python_is_a_syntax_error(source):
    with pytest.raises(SyntaxError) as raised:
        to_python(source)
    assert "\n" not in raised.value.msg


def test_more_magics_than_ipython_looks_for_are_no_python(monkeypatch):
    monkeypatch.setattr("IPython.core.inputtransformer2.TRANSFORM_LOOP_LIMIT", 20)
    assert to_python("!ls\n" * 10) == "None\n" * 10
    with pytest.raises(SyntaxError, match="more than 500 magics"):
        to_python("!ls\n" * 21)


def test_a_syntax_error_has_the_students_line():
    with pytest.raises(SyntaxError) as raised:
        to_python("%cd x\n!ls \\\n -l\ndef f(:\n")
    assert raised.value.lineno == 4


@given(st.text(alphabet="ab=()[]{}:.,'\"\\%!?\n\t #0\x0c\r\x00é", max_size=60))
def test_any_text_is_python_or_a_syntax_error(text):
    try:
        python = to_python(text)
    except SyntaxError:
        return
    assert "get_ipython" not in ast.dump(parse(python))


def test_plain_python_does_not_wait_for_ipython():
    code = (
        "import sys; from grader.submission.python import to_python\n"
        "to_python('%%time\\nx = 1\\nget_ipython().system(1)')\n"
        "assert 'IPython' not in sys.modules\n"
        "to_python('!ls')\n"
        "assert 'IPython' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
