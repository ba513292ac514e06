"""What a made report says: complete, or without what is named."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Collection
from dataclasses import dataclass, field

import matplotlib as mpl
import numpy as np

from grader.template import read_reference

mpl.use("Agg")
import matplotlib.pyplot as plt

LAYERS = ("conv1", "conv2", "fc1", "fc2", "fc3")
WEIGHTS = {
    "conv1": (1.054, 1.203),
    "conv2": (0.866, 0.672),
    "fc1": (0.556, 0.255),
    "fc2": (0.491, 0.385),
    "fc3": (0.733, 0.762),
}
ACTIVATIONS = {
    "input": (2.0, 2.98),
    "conv1": (7.98, 4.82),
    "conv2": (14.07, 7.57),
    "fc1": (12.88, 6.36),
    "fc2": (8.4, 4.18),
    "fc3": (17.85, 13.54),
}
PREFER = {
    "1.2": "Only conv1 and fc3 have a 3-sigma range that is larger than the actual one. I would"
    " prefer the actual range for every layer, because with eight bits the steps are fine enough"
    " and clipping outliers gains little.",
    "3.2": "The 3-sigma range is smaller everywhere but at the input. I would choose the actual"
    " range again, since the large activations are the answers of units that saw something, and"
    " clamping them costs more than the precision is worth.",
}
OBSERVE = {
    "1.1": "All five histograms look like bells around zero; fc1 has by far the longest tails,"
    " and conv1 has so few weights that its bell is ragged.",
    "3.1": "Pixels fill the whole interval with a spike at the bright end, and behind each ReLU"
    " about half of the values are exactly zero while the rest thins out slowly.",
}
ACCURACY = {
    "2.2": "Before: 62.73 %, after quantizing the weights: 62.55 %, so 0.18 points are lost.",
    "4.4": "With weights and activations quantized the accuracy is 62.41 %.",
    "5.3": "With a bias the accuracy is 63.34 % before and 63.21 % after quantization.",
}
EQUATIONS = {
    "4.1a": "n_{W_{conv1}} W_{conv1} * n_{In} In * n_{Out_{conv1}}"
    " = n_{W_{conv1}} n_{In} n_{Out_{conv1}} Out_{conv1}",
    "4.1b": "n_{W_{conv2}} W_{conv2} * n_{W_{conv1}} W_{conv1} * n_{In} In * n_{Out_{conv1}}"
    " n_{Out_{conv2}} = n_{W_{conv2}} n_{W_{conv1}} n_{In} n_{Out_{conv1}} n_{Out_{conv2}}"
    " Out_{conv2}",
    "5.1": "(n_W W * n_{In} In + n_W n_{In} \\beta) n_{Out} = n_W n_{In} n_{Out} Out",
}
CODE = {
    "2.1": ("quantized_weights",),
    "4.2": ("NetQuantized.quantize_initial_input", "NetQuantized.quantize_activations"),
    "4.3": ("NetQuantized.forward",),
    "5.2": ("NetQuantizedWithBias.quantized_bias",),
}
TITLES = {
    "1": "Visualize Weights",
    "2": "Quantize Weights",
    "3": "Visualize Activations",
    "4": "Quantize Activations",
    "5": "Quantize Biases",
}


@dataclass
class Block:
    """One piece of a report."""

    kind: str
    """heading, part, text, code, table, plots, equation, appendix."""
    text: str = ""
    rows: dict[str, tuple[float, float]] = field(default_factory=dict)
    names: tuple[str, ...] = ()


def solved() -> str:
    """The reference's code, without its marks and its markdown."""
    marks = re.compile(r"^\s*# BLANK\n(?:\s*#.*\n)*?(?=\s*# END SOLUTION)", re.M)
    text = marks.sub("", read_reference())
    lines = [line for line in text.splitlines() if not re.match(r"\s*# (BEGIN|END) SOLUTION", line)]
    text = "\n".join(lines)
    cells = re.split(r"^# %%", text, flags=re.M)
    code = [cell for cell in cells if not cell.lstrip().startswith("[markdown]")]
    return "\n".join(cell.strip("\n") for cell in code if "NetQuantizedPow2" not in cell).strip()


def listing(name: str) -> str:
    """The source of a function or a method."""
    source = solved()
    body = ast.parse(source).body
    for part in name.split("."):
        node = next(each for each in body if getattr(each, "name", "") == part)
        body = getattr(node, "body", [])
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])  # type: ignore
    lines = source.splitlines()[first - 1 : node.end_lineno]
    indent = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[indent:] for line in lines)


def blocks(without: Collection[str] = ()) -> list[Block]:
    """The body of a report, in order; its head is each maker's own."""
    found: list[Block] = []

    def put(key: str, block: Block) -> None:
        if key not in without:
            found.append(block)

    def question(number: str) -> None:
        found.append(Block("heading", f"Question {number}: {TITLES[number]}"))

    def part(name: str) -> None:
        found.append(Block("part", name))

    for number, rows in (("1", WEIGHTS), ("3", ACTIVATIONS)):
        if number == "3":
            question("2")
            part("2.1")
            put("2.1 quantized_weights", Block("code", listing("quantized_weights")))
            part("2.2")
            put("2.2 accuracies", Block("text", ACCURACY["2.2"]))
        question(number)
        part(f"{number}.1")
        put(f"{number}.1 plots", Block("plots", names=tuple(rows)))
        put(f"{number}.1 observations", Block("text", OBSERVE[f"{number}.1"]))
        part(f"{number}.2")
        kept = dict(list(rows.items())[: 3 if f"{number}.2 two ranges" in without else 9])
        put(f"{number}.2 ranges", Block("table", rows=kept))
        put(f"{number}.2 preference", Block("text", PREFER[f"{number}.2"]))
    question("4")
    part("4.1")
    put("4.1a equation", Block("equation", EQUATIONS["4.1a"]))
    put("4.1b equation", Block("equation", EQUATIONS["4.1b"]))
    for name in ("4.2", "4.3"):
        part(name)
        for function in CODE[name]:
            put(f"{name} {function.partition('.')[2]}", Block("code", listing(function)))
    part("4.4")
    put("4.4 accuracy", Block("text", ACCURACY["4.4"]))
    question("5")
    part("5.1")
    put("5.1 equation", Block("equation", EQUATIONS["5.1"]))
    part("5.2")
    put("5.2 quantized_bias", Block("code", listing(CODE["5.2"][0])))
    part("5.3")
    put("5.3 accuracies", Block("text", ACCURACY["5.3"]))
    put("appendix", Block("appendix", solved()))
    return found


def figure(names: Collection[str], kind: str = "png", columns: int = 3, dpi: int = 60) -> bytes:
    """One picture with a histogram for each name."""
    rows = -(-len(names) // columns)
    size = (2.6 * columns, 2.0 * rows)
    drawn, axes = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")
    draw(drawn, axes.ravel(), names)
    data = io.BytesIO()
    mpl.rcParams["svg.hashsalt"] = "made"
    metadata = {"Date": None} if kind == "svg" else None
    drawn.savefig(data, format=kind, dpi=dpi, metadata=metadata)
    plt.close(drawn)
    return data.getvalue()


def draw(drawn: object, axes: object, names: Collection[str]) -> None:
    """Draw a histogram of made values into each of the axes, and remove the others."""
    for number, axis in enumerate(axes):  # type: ignore
        if number >= len(names):
            axis.remove()
            continue
        values = np.random.default_rng(number).normal(0, 0.1 + 0.05 * number, 900)
        axis.hist(values, bins=30)
        axis.set_title(list(names)[number], fontsize=9)
        axis.tick_params(labelsize=7)
