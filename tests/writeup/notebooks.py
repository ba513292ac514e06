"""The reference and the template as notebooks, with outputs as a run would have saved them."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

import nbformat

from grader.template import blanked, notebook, read_reference
from tests.writeup.content import ACTIVATIONS, WEIGHTS, figure


def printed(ranges: Mapping[str, tuple[float, float]]) -> str:
    """What the lab's loop prints."""
    return "".join(
        f"{name:6} range {full:8.4f}   3-sigma range {three:8.4f}\n"
        for name, (full, three) in ranges.items()
    )


PRINTED = {
    "net_accuracy = test(": "Accuracy of the floating-point network: 52.12 %\n",
    "net_q2_accuracy = test(": "Accuracy after quantizing the weights: 52.20 %\n",
    "net_quantized_accuracy = test(": (
        "Accuracy after quantizing weights and activations: 52.00 %\n"
    ),
    "net_with_bias_accuracy = test(": "Accuracy of the network with a bias: 53.91 %\n",
    "net_quantized_with_bias_accuracy = test(": (
        "Accuracy after quantizing the network with a bias: 53.94 %\n"
    ),
    'check("2.1")': "2.1 is right.\n",
    "for name, layer in layers_of(net).items():\n    full": printed(WEIGHTS),
    "for name, values in activations_of.items():\n    full": printed(ACTIVATIONS),
}
PLOTTED = {
    'plot_histograms("Weights"': tuple(WEIGHTS),
    'plot_histograms("Activations"': tuple(ACTIVATIONS),
}
BLANK = re.compile(
    r"^\s*# (?:<!-- )?BLANK(?: -->)?\n(?:\s*#.*\n)*?(?=\s*# (?:<!-- )?END SOLUTION)", re.M
)
MARK = re.compile(r"^\s*# (?:<!-- )?(?:BEGIN|END) SOLUTION(?: -->)?\n", re.M)
CHALLENGES = re.compile(r"^# %% \[markdown\]\n# ## Question C[\s\S]*\Z", re.M)


def solved_notebook() -> str:
    """The reference, with outputs."""
    script = MARK.sub("", BLANK.sub("", read_reference()))
    return _with_outputs(notebook(CHALLENGES.sub("", script)))


def blank_notebook() -> str:
    """The template, as it is handed out."""
    return notebook(CHALLENGES.sub("", blanked(read_reference())))


def _with_outputs(text: str) -> str:
    found: Any = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    for number, cell in enumerate(found.cells):
        if cell.cell_type != "code":
            continue
        cell.execution_count = number
        printed = "".join(words for start, words in PRINTED.items() if start in cell.source)
        if printed:
            cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=printed))
        for start, names in PLOTTED.items():
            if start in cell.source:
                drawn = base64.b64encode(figure(names)).decode()
                data = {"image/png": drawn}
                cell.outputs.append(nbformat.v4.new_output("display_data", data=data))
    written: str = nbformat.writes(found)  # type: ignore[no-untyped-call]
    return written
