"""The questions of a lab, shared between the processes of pytest-xdist."""

from collections.abc import Sequence

from xdist.scheduler import LoadScopeScheduling

from grader.self_check.lab import shares


# Its base has no types: xdist ships none.
class SharedQuestions(LoadScopeScheduling):  # type: ignore[misc]
    """Gives each process one share, as it has worked it out for itself: it asks these together."""

    def _split_scope(self, nodeid: str) -> str:
        """What goes to one process: a share of the lab; of other tests what xdist says."""
        questions = [_question(each) for each in self.collection or ()]
        share = shares([each for each in questions if each], self.numnodes)
        question = _question(nodeid)
        return f"share {share[question]}" if question in share else super()._split_scope(nodeid)


def _question(nodeid: str) -> str:
    parts: Sequence[str] = nodeid.split("::")
    return parts[-2] if len(parts) > 2 else ""
