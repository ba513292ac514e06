"""The main guard holds in a notebook, and takes no line or column from what stands beside it."""

import ast
import re

import pytest

from grader.submission.main_guard import holding, is_main_guard


@pytest.mark.parametrize(
    ("cell", "held"),
    [
        ('if __name__ == "__main__":\n    x = 1\n', "if True                  :\n    x = 1\n"),
        ("if '__main__'==__name__: x = 1", "if True                : x = 1"),
        ('if __name__ != "__main__": x = 1', "if False                 : x = 1"),
        ('é = 7 if __name__ == "__main__" else "ü"', 'é = 7 if True                   else "ü"'),
        (
            'def f():\n    return __name__ == "__main__" and __name__ != "__main__"\n',
            "def f():\n    return True                   and False                 \n",
        ),
        ('"__main__"', '"__main__"'),
        ('x = name == "__main__"', 'x = name == "__main__"'),
        ('x = __name__ == "__mp_main__"', 'x = __name__ == "__mp_main__"'),
        ('x = a < __name__ == "__main__"', 'x = a < __name__ == "__main__"'),
        ('x = (__name__ ==\n"__main__")', 'x = (__name__ ==\n"__main__")'),
        ("# if __name__ == '__main__':", "# if __name__ == '__main__':"),
    ],
)
def test_in_a_notebook_the_guard_holds(cell: str, held: str) -> None:
    assert holding(cell) == held


@pytest.mark.parametrize(
    "text",
    [
        """x = f'{__name__ == "__main__"}'""",
        """x = (f'a {1}'\n  f'b {__name__ == "__main__"} {2}')""",
        """x = f'''\n  {1}\n é {__name__ == "__main__"}\n'''""",
    ],
)
def test_what_stands_in_a_text_spoils_nothing_round_it(text: str) -> None:
    held = holding(text)
    assert [*map(len, held.split("\n"))] == [*map(len, text.split("\n"))]
    alike = [re.sub('True *|__name__ == "__main__"', "?", each) for each in (held, text)]
    assert alike[0] == alike[1]
    ast.parse(held)


@pytest.mark.parametrize(
    ("statement", "guard"),
    [
        ('if __name__ == "__main__": x = 1', True),
        ('if "__main__" == __name__: x = 1', True),
        ('if __name__ != "__main__": x = 1', False),
        ("if name == '__main__': x = 1", False),
        ("x = __name__ == '__main__'", False),
    ],
)
def test_a_guard_is_the_question_for_main(statement: str, guard: bool) -> None:
    (node,) = ast.parse(statement).body
    assert is_main_guard(node) == guard


def test_what_is_no_python_is_none_with_a_guard_either() -> None:
    with pytest.raises(SyntaxError):
        holding('if __name__ == "__main__" x = 1')
