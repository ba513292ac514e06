"""The whole notebook, executed from top to bottom: only where a run is asked for."""

from grader.checks import claims
from grader.checks.bench import Bench, WholeRun
from grader.checks.tree import Question
from grader.errors import GraderError
from grader.finding import Finding, failed, passed
from grader.sandbox.outside.answer import Ran


def _collect(bench: Bench) -> WholeRun:
    if bench.run is None:
        raise GraderError("the whole notebook is judged, but was not to be run")
    return bench.run()


QUESTION = Question[WholeRun]("Run", "The whole notebook", _collect)


@QUESTION.check("notebook.completes")
def completes(whole: WholeRun, _: Bench) -> Finding:
    """Every cell runs, from top to bottom."""
    answer = whole.answer
    if not isinstance(answer, Ran):
        return claims.failure(answer, "The notebook")
    if answer.failed is None:
        return passed("Every cell ran.")
    stop = answer.failed
    came = f"it stopped at {stop.where}: {stop.kind}: {claims.brief(stop.message)}"
    return failed(came, "no error in any cell", "Restart the kernel, run all, and read the error.")


@QUESTION.check("notebook.figures")
def figures(whole: WholeRun, _: Bench) -> Finding:
    """Questions 1 and 3 plot figures."""
    missing = [found.question for found in whole.write_up.figures if not found.count]
    counts = ", ".join(
        f"{found.count} under Question {found.question}"
        + (f" ({', '.join(found.cells)})" if found.cells else "")
        for found in whole.write_up.figures
    )
    if not whole.write_up.figures:
        return Finding.not_reached("There is no executed notebook.")
    return failed(counts, "at least one under each") if missing else passed(f"Figures: {counts}.")
