"""Sessions: what student code is given, what comes back, and how its failures are told."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import psutil
import pytest

from grader.sandbox.outside import users
from grader.sandbox.outside.answer import Missing, Raised
from grader.sandbox.outside.session import Session
from grader.sandbox.outside.wall import Wall
from grader.sandbox.wire import Number, Tensor
from grader.submission.program import Cell, Program
from tests.cells import cell
from tests.unit.answers import returned, text

Admit = Callable[..., Session]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the wall needs Linux")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (Tensor(np.arange(6, dtype=np.float32).reshape(2, 3)), "Tensor torch.float32 (2, 3)"),
        (Tensor(np.zeros((2, 0), np.int8)), "Tensor torch.int8 (2, 0)"),
        (np.zeros(3), "ndarray float64 (3,)"),
        (Number(2.5), "float"),
        (Number(2, "int"), "int"),
        (Number(2.5, "numpy.float32"), "float32 float32 ()"),
        (Number(2.5, "tensor.float64"), "Tensor torch.float64 ()"),
        (2.5, "float"),
        (7, "int"),
        (True, "bool"),
        ("text", "str"),
        (None, "NoneType"),
        ([], "list"),
        ((1.0, 2.0), "tuple"),
    ],
)
def test_a_value_arrives_as_its_type(admit: Admit, value: Any, kind: str) -> None:
    session = admit("""
        def told(x):
            shape = f" {x.dtype} {tuple(x.shape)}" if hasattr(x, "dtype") else ""
            return type(x).__name__ + shape
    """)
    assert text(session.call("told", value)) == kind


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("torch.zeros(2, 3, dtype=torch.int8)", "a tensor of int8, 2x3"),
        ("torch.nn.Parameter(torch.zeros(2))", "a tensor of float32, 2"),
        ("torch.zeros(4, 6)[:, ::2].T", "a tensor of float32, 3x4"),
        ("torch.zeros(2, requires_grad=True) * 2", "a tensor of float32, 2"),
        ("torch.zeros(2, dtype=torch.bfloat16)", "a tensor of float32, 2"),
        ("torch.zeros(2, dtype=torch.complex64).conj()", "a tensor of complex64, 2"),
        ("torch.zeros(2).to_sparse()", "a sparse tensor"),
        ("torch.zeros(2, device='meta')", "a tensor on meta"),
        ("torch.zeros(1).expand(10**10)", "a tensor that is too large"),
        ("torch.quantize_per_tensor(torch.zeros(2), 1.0, 0, torch.qint8)", "a quantized tensor"),
        ("torch.zeros(2).as_subclass(type('Own', (torch.Tensor,), {}))", "an Own"),
        ("np.float32(2)", "a numpy.float32"),
        ("np.zeros(2, '>f4')", "an array of float32, 2"),
        ("np.array(['a'])", "an array of str32"),
        ("np.array([None])", "an array of object"),
        ("np.ma.masked_array([1])", "a MaskedArray"),
        ("10**30", "an int that is too large"),
        ("'x' * 200_000", "a str that is too large"),
        ("{'a': 1}", "a dict"),
        ("__import__('collections').OrderedDict(a=1)", "a dict"),
        ("dict.fromkeys(range(5000))", "a dict of 5000 parts, too many or too deep"),
        ("[0] * 5000", "a list of 5000 parts, too many or too deep"),
        ("(1, {2})", "a tuple of 2"),
        ("lambda: 0", "a function"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_what_comes_back_is_named(admit: Admit, expression: str, words: str) -> None:
    session = admit(f"import torch\nimport numpy as np\ndef f(): return {expression}\n")
    assert returned(session.call("f")).words == words


def test_a_dict_comes_back_as_its_pairs(admit: Admit) -> None:
    session = admit("bits = {'conv1': 5, 'fc1': (3, {})}")
    claim = returned(session.value("bits"))
    assert claim.kind == "dict"
    assert [pair.kind for pair in claim.items] == ["tuple", "tuple"]
    (name, bits), (_, nested) = (pair.items for pair in claim.items)
    assert (name.text, bits.number) == ("conv1", Number(5, "int"))
    assert nested.items[1].kind == "dict"


def test_a_second_call_has_the_same_lists_and_all_else_new(admit: Admit) -> None:
    session = admit("""
        calls = 0
        def f(values, ns):
            global calls
            calls += 1
            ns.append(values.sum())
            values *= 0
            return calls, ns
    """)
    count, sums = returned(session.call("f", np.ones(3), [], again=True)).items
    assert count.number == Number(2, "int")
    assert [item.number for item in sums.items] == [Number(3.0, "numpy.float64")] * 2


def test_every_value_comes_back_bit_for_bit(admit: Admit) -> None:
    session = admit("def same(x): return x")
    sent = np.array([0.1, -0.0, np.nan, np.inf, 5e-324])
    for value in (sent, Tensor(sent), Tensor(sent[::2])):
        array = sent if isinstance(value, np.ndarray) else value.array
        claim = returned(session.call("same", value))
        assert claim.array is not None
        assert claim.array.tobytes() == array.tobytes()


def test_a_list_that_holds_itself_comes_back_cut(admit: Admit) -> None:
    session = admit("def f():\n    x = []\n    x.append(x)\n    return x\n")
    assert returned(session.call("f")).kind == "list"


def test_a_group_shares_one_process_and_calls_outside_do_not(admit: Admit) -> None:
    session = admit("count = 0\ndef f():\n    global count\n    count += 1\n    return count\n")

    def counted() -> int:
        claim = returned(session.call("f"))
        assert claim.array is not None
        return int(claim.array)

    assert [counted(), counted()] == [1, 1]
    with session.group():
        assert [counted(), counted()] == [1, 2]
    assert counted() == 1


def test_an_exception_tells_kind_message_and_place(admit: Admit) -> None:
    session = admit(
        "x = 1\n", "def inner(t):\n    return t['key']\n\ndef outer(t):\n    return inner(t)\n"
    )
    answer = session.call("outer", [])
    assert isinstance(answer, Raised)
    assert (answer.kind, answer.where) == ("TypeError", "cell 2, line 2")
    assert answer.text == (
        "cell 2, line 5, in outer\n    return inner(t)\n"
        "cell 2, line 2, in inner\n    return t['key']"
    )


def test_the_place_is_the_student_s_even_where_torch_raises(admit: Admit) -> None:
    session = admit("import torch\ndef f(): return torch.zeros(2) @ torch.zeros(3)\n")
    answer = session.call("f")
    assert isinstance(answer, Raised)
    assert answer.where == "lab1.py, line 2"
    assert "lab1.py, line 2, in f" in answer.text
    assert "site-packages" not in answer.text


@pytest.mark.parametrize("statement", ["sys.exit()", "raise KeyboardInterrupt", "quit_()"])
def test_leaving_is_an_exception_like_any_other(admit: Admit, statement: str) -> None:
    session = admit(f"import sys\ndef quit_(): raise SystemExit(0)\ndef f(): {statement}\n")
    assert isinstance(session.call("f"), Raised)


def test_a_message_that_cannot_be_shown_is_told(admit: Admit) -> None:
    session = admit("""
        class Sly(Exception):
            def __str__(self): raise SystemExit

        def f(): raise Sly
    """)
    answer = session.call("f")
    assert isinstance(answer, Raised)
    assert answer.message == "(its message cannot be shown: SystemExit)"


def test_text_from_students_is_bounded_and_clean(admit: Admit) -> None:
    session = admit(r"""
        def f():
            print("\x1b[31mred\u202e")
            raise type("N" * 10**6, (Exception,), {})("\x1b]0;title\x07" + "x" * 10**7)
    """)
    answer = session.call("f")
    assert isinstance(answer, Raised)
    assert len(answer.message) < 3000
    assert len(answer.kind) <= 150
    assert "\x1b" not in answer.message + session.output
    assert "red" in session.output


def test_texts_are_the_same_in_every_run(admit: Admit) -> None:
    session = admit("""
        import os
        def f():
            print(os.getcwd(), object())
            raise ValueError(f"{os.getcwd()}/data.csv: {object()}")
    """)
    answer = session.call("f")
    assert isinstance(answer, Raised)
    assert answer.message == "~/data.csv: <object object at 0x...>"
    assert session.output == "~ <object object at 0x...>\n"


def test_a_deep_recursion_shows_its_last_frames(admit: Admit) -> None:
    session = admit("def f(): return f()\n")
    answer = session.call("f")
    assert isinstance(answer, Raised)
    assert answer.kind == "RecursionError"
    assert answer.text.count("line 1, in f") == 8


def test_a_missing_name_comes_with_the_nearest(admit: Admit) -> None:
    session = admit("def quantised_weights(w): return w\n")
    assert session.call("quantized_weights") == Missing(
        "quantized_weights", "quantised_weights", None
    )


def test_a_value_is_read_by_its_name(admit: Admit) -> None:
    session = admit("Q5_1 = 'n_W * W'\nclass NetQuantized:\n    bits = 8\n")
    assert text(session.value("Q5_1")) == "n_W * W"
    assert returned(session.value("NetQuantized.bits")).kind == "int"
    assert session.value("NetQuantized.bit") == Missing("NetQuantized.bit", "bits", None)
    # A name that the lab asks for is not another one misspelled.
    assert session.value("Q5_2") == Missing("Q5_2", None, None)


def test_what_is_no_longer_needed_is_collected_and_what_was_there_is_let_be(admit: Admit) -> None:
    session = admit(
        """
        import gc
        import weakref

        class Ring:
            def __init__(self):
                self.itself = self

        def left():
            first = weakref.ref(Ring())
            for _ in range(5_000):
                Ring()
            return f"{first()} of {gc.get_freeze_count() // 100_000 > 0}"
        """
    )
    assert text(session.call("left")) == "None of True"


def test_a_missing_method_is_missing(admit: Admit) -> None:
    session = admit("class NetQuantized:\n    pass\n")
    answer = session.call("NetQuantized.quantize_activations")
    assert answer == Missing("NetQuantized.quantize_activations", None, None)


def test_loading_goes_on_after_a_statement_that_raises(admit: Admit) -> None:
    session = admit(
        "import nowhere\n",
        "import sys\nclass Broken:\n    x = undefined\n\nsys.exit(1)\ndef f(): return 1\n",
    )
    assert returned(session.call("f")).kind == "int"
    broken = session.call("Broken")
    assert isinstance(broken, Missing)
    assert broken.because is not None
    assert (broken.because.kind, broken.because.where) == ("NameError", "cell 2, line 3")
    assert session.notes == (
        "cell 1, line 1: ModuleNotFoundError: No module named 'nowhere' (what can be imported here:"
        " torch, torchvision, numpy, scipy, pandas, matplotlib, tqdm and Python's own modules)",
        "cell 2, line 3: NameError: name 'undefined' is not defined",
        "cell 2, line 5: SystemExit: 1",
    )


def test_why_a_name_is_not_there_is_the_first_failure_of_a_chain(admit: Admit) -> None:
    session = admit(
        "import nowhere as n\ntable = n.Table()\nrows = table.rows\n",
        "def f(): return rows\ndef g(): return n\ndef h(): return other\n",
    )
    told = {name: session.call(name) for name in "fgh"}
    behind = " (cell 1, line 1: ModuleNotFoundError: No module named 'nowhere' "
    assert [behind in answer.message for answer in told.values()] == [True, True, False]
    assert told["f"].message.startswith("name 'rows' is not defined (")


def test_groups_of_one_name_share_a_process_that_stands_still_in_between(admit: Admit) -> None:
    session = admit("""
        import os, threading
        def spin():
            while True: pass
        def start():
            threading.Thread(target=spin, daemon=True).start()
            return os.getpid()
        def pid(): return os.getpid()
    """)
    with session.group("one"):
        one = int(returned(session.call("start")).array)
    # A thread that runs on another processor takes a moment to stop.
    assert any(psutil.Process(one).status() == psutil.STATUS_STOPPED for _ in range(10_000))
    with session.group("two"):
        two = int(returned(session.call("pid")).array)
        with session.group("one"):
            assert int(returned(session.call("pid")).array) == two
    with session.group("one"):
        assert int(returned(session.call("pid")).array) == one
    with session.group():
        assert int(returned(session.call("pid")).array) not in (one, two)
    session.end("one")
    assert not psutil.pid_exists(one)
    assert psutil.pid_exists(two)
    session.end()
    assert not psutil.pid_exists(two)


def test_only_the_kept_statements_are_executed(wall: Wall) -> None:
    source = "def f(): return 1\nraise SystemExit\ndef g(): return 2\n"
    first, _, last = cell(source).pieces
    session = wall.admit(Program((Cell("lab1.py", source, (first, last)),)))
    assert returned(session.call("g")).kind == "int"
    assert session.notes == ()


def test_the_module_behaves_as_a_module(admit: Admit) -> None:
    session = admit(
        "from __future__ import annotations\nfrom dataclasses import dataclass\n",
        """
        import inspect, pickle, sys

        @dataclass
        class Point:
            x: Undefined

        def f():
            assert pickle.loads(pickle.dumps(Point(1))) == Point(1)
            assert sys.modules[Point.__module__].Point is Point
            assert "def f():" in inspect.getsource(f)
            return "fine"

        if __name__ == "__main__":
            raise SystemExit
        """,
    )
    assert text(session.call("f")) == "fine"
    assert session.notes == ()


def test_helper_modules_are_imported_but_shadow_nothing(admit: Admit) -> None:
    session = admit(
        """
        import json
        import wire
        from package.helper import double

        def f(): return json.dumps(double(2)) + wire.name
        """,
        modules={
            "package/__init__.py": "",
            "package/helper.py": "def double(x):\n    return 2 * x\n",
            "json.py": "raise SystemExit",
            "torch.py": "raise SystemExit",
            "wire.py": "name = 'mine'",
        },
    )
    assert text(session.call("f")) == "4mine"
    assert session.notes == ()


def test_a_helper_that_cannot_be_written_is_an_answer(admit: Admit) -> None:
    session = admit("def f(): return 1\n", modules={"a.py": "", "a.py/b.py": ""})
    first, second = session.call("f"), session.call("f")
    assert isinstance(first, Raised)
    assert second is first


def test_a_failure_in_a_helper_names_its_file(admit: Admit) -> None:
    session = admit("import helper\ndef f(): helper.g()\n", modules={"helper.py": "def g(): 1 / 0"})
    answer = session.call("f")
    assert isinstance(answer, Raised)
    assert answer.where == "helper.py, line 1"


def test_random_numbers_are_the_same_in_every_process(admit: Admit) -> None:
    session = admit("""
        import random
        import numpy as np
        import torch
        first = (random.random(), np.random.rand(), torch.rand(1).item())
        def f(): return repr((first, random.random(), np.random.rand(), torch.rand(1).item()))
    """)
    assert text(session.call("f")) == text(session.call("f"))


def test_output_is_kept_at_both_ends_and_never_blocks(admit: Admit) -> None:
    session = admit("""
        import os
        def f():
            print("begin")
            for _ in range(200):
                os.write(1, b"x" * 50_000)
            os.write(2, b"the end")
            return 1
    """)
    assert returned(session.call("f")).kind == "int"
    assert session.output.startswith("begin\n")
    assert session.output.endswith("the end")
    assert "bytes left out" in session.output
    assert len(session.output) < 70_000


@pytest.mark.parametrize(
    "act", ["sys.stdout.close()", "os.close(1); os.close(2)", "sys.stdout = None"]
)
def test_closing_the_output_disturbs_nobody(admit: Admit, act: str) -> None:
    session = admit(f"import os, sys\ndef f():\n    {act}\n    return 1\n")
    with session.group():
        assert returned(session.call("f")).kind == "int"


def test_no_two_graders_share_a_user() -> None:
    """A grader kills all that its users run, so another's workers must not be among them."""
    if os.getuid() != 0:
        pytest.skip("only root chooses users")
    with contextlib.ExitStack() as stack:
        blocks = [stack.enter_context(users.own_users()) for _ in range(20)]
        taken = [user for block in blocks for user in block.users]
        assert len(set(taken)) == len(taken)
        assert set(taken) <= set(users.USERS)
