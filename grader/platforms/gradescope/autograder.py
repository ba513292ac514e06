"""What Gradescope starts: finds the upload, grades it within a deadline, says the rest to staff."""

from dataclasses import replace
from pathlib import Path

from grader.grade import Options
from grader.platforms.deadline import grade_in_time
from grader.platforms.files import folder_of, require_upload
from grader.platforms.gradescope import document
from grader.platforms.gradescope.metadata import Metadata, read_metadata
from grader.result import Result, late_deduction
from grader.rubric import Rubric, load_rubric


def autograde(root: Path, options: Options, deadline: float) -> Result:
    """Grade what lies in `root/submission` into `root/results/results.json`.

    The grade ends at the deadline (in seconds), or when the process is asked to end: by default the
    platform kills after 600 seconds, and then writes a 0 of its own. What was judged until then
    counts, and the overview says that the grade did not run to its end.

    Raises:
        UsageError: there is no submission folder, or the exam or the rubric cannot be opened.
        GraderError: the grader itself could not work; no file is left.
    """
    submission, output = root / "submission", root / "results" / "results.json"
    require_upload(submission)
    folder_of(output)
    metadata = read_metadata(root / "submission_metadata.json")
    rubric = load_rubric(options.rubric)
    with document.results_file(output, submission) as write:
        return grade_in_time(
            submission,
            options,
            deadline,
            write,
            lambda result: with_metadata(result, metadata, rubric),
        )


def with_metadata(result: Result, metadata: Metadata, rubric: Rubric) -> Result:
    """The result with what being late costs, and what staff should know."""
    staff = [*metadata.remarks]
    if metadata.previous:
        staff.append(f"submissions before this one: {metadata.previous}")
    if metadata.late is None:
        staff.append(
            "how late this was handed in is not known, so nothing is taken off for it: look at it"
            " by hand"
        )
    elif metadata.late:
        staff.append(f"handed in {metadata.late} after the due date")
    points = metadata.total_points
    if result.complete and points is not None and abs(points - result.max_score) > 1e-9:
        staff.append(
            f"the assignment is out of {points:g} points, this grade out of {result.max_score:g}:"
            " change the assignment's points, or the rubric's"
        )
    taken = late_deduction(result, metadata.late, rubric.late_policy)
    return replace(result, deduction=taken, staff=(*result.staff, *staff))
