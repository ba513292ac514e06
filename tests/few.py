"""An exam with fewer images, where how many there are is not what is tested."""

from dataclasses import replace

from grader.exam import Exam
from grader.exam.load import Recorded


def first(count: int, exam: Exam) -> Exam:
    """The exam with its first images alone."""
    images, labels = exam.images[:count], exam.labels[:count]
    recorded = Recorded(exam._recorded.folder, images, exam.calibration)
    nets = {
        name: replace(net, predictions=net.predictions[:count], _recorded=recorded)
        for name, net in exam.nets.items()
    }
    return replace(exam, images=images, labels=labels, nets=nets, _recorded=recorded)
