"""A check's outcome in the few lines that a student reads, wherever they are shown."""

from grader.result import Entry


def lines(entry: Entry, *, staff: bool = False) -> list[str]:
    """What the lab asks, what came, what was expected, what explains it, the next step.

    A check that is held back from students says only its sentence, unless for staff.
    """
    finding = entry.finding
    text = [entry.sentence]
    if entry.visibility != "visible" and not staff:
        return [*text, f"{entry.status.capitalize()}."]
    if entry.status == "passed":
        return [*text, finding.came] if finding.came else text
    if entry.status in ("not reached", "by hand"):
        return [*text, f"{entry.status.capitalize()}: {finding.came}"]
    text.append(f"Came: {finding.came}.")
    if finding.expected:
        text.append(f"Expected: {finding.expected}.")
    if finding.diagnosis:
        text.append(f"This looks like: {finding.diagnosis.sentence} {finding.diagnosis.hint}")
    if finding.next_step:
        text.append(f"Next: {finding.next_step}")
    return text
