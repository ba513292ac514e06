"""The whole notebook, executed from top to bottom: only where that is asked for."""

from grader.checks import claims
from grader.checks.context import Context, ExecutedNotebook
from grader.checks.question import Question
from grader.errors import GraderError
from grader.sandbox.outside.answer import Executed
from grader.verdict import CheckFailed, NotReached


def _collect(context: Context) -> ExecutedNotebook:
    if context.execute is None:
        raise GraderError("the whole notebook is judged, but was not to be executed")
    return context.execute()


QUESTION = Question("Run", "The whole notebook", _collect, optional=True)


@QUESTION.check("notebook.completes")
def completes(executed: ExecutedNotebook) -> str:
    """Every cell runs, from top to bottom."""
    answer = executed.answer
    if not isinstance(answer, Executed):
        raise claims.failure(answer, "The notebook")
    if answer.failed is None:
        return "Every cell ran."
    stop = answer.failed
    raise CheckFailed(
        f"it stopped at {stop.where}: {stop.kind}: {claims.brief(stop.message)}",
        "no error in any cell",
        "Restart the kernel, run all, and read the error.",
    )


@QUESTION.check("notebook.figures")
def figures(executed: ExecutedNotebook) -> str:
    """Questions 1 and 3 plot figures."""
    figures = executed.write_up.figures
    if not figures:
        raise NotReached("There is no executed notebook.")
    counts = ", ".join(
        f"{found.count} under Question {found.question}"
        + (f" ({', '.join(found.cells)})" if found.cells else "")
        for found in figures
    )
    if not all(found.count for found in figures):
        raise CheckFailed(counts, "at least one under each")
    return f"Figures: {counts}."
