"""An exam in words: everything but its seed."""

from rich.table import Table

from grader.architecture import Layer
from grader.exam.load import Exam


def describe(exam: Exam) -> Table:
    """A table for the terminal; it never shows the seed."""
    manifest = exam.manifest
    table = Table.grid(padding=(0, 2))
    table.add_row("exam", manifest.name)
    table.add_row("folder", str(exam.directory))
    table.add_row("images", f"{len(exam.labels):,} to evaluate, {len(exam.calibration):,} profiled")
    table.add_row("classes", ", ".join(manifest.classes))
    for name, net in exam.nets.items():
        table.add_row(name, f"{net.accuracy:.2f} % in float")
    for layer in exam.nets["biased"].architecture.layers:
        table.add_row(layer.name, _describe_layer(layer))
    if manifest.arithmetic is None:
        arithmetic = "that of the machine it was built on"
    else:
        arithmetic = (
            f"exact, weights on a grid of 2^{manifest.arithmetic.weights},"
            f" values on one of 2^{manifest.arithmetic.values}"
        )
    table.add_row("arithmetic", arithmetic)
    for remark in manifest.remarks:
        table.add_row("remark", remark)
    return table


def _describe_layer(layer: Layer) -> str:
    words = [layer.kind, "x".join(map(str, layer.weight))]
    if layer.activation != "none":
        words.append(layer.activation)
    if layer.pool:
        words.append(f"max pool {layer.pool}")
    if layer.bias:
        words.append("a bias in the net `biased`")
    return ", ".join(words)
