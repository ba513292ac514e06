"""Right solutions that chose differently: each gets every point."""

import pytest

from grader.validation.composition import planted
from tests.conftest import Judge
from tests.fixed_slice import some

LARGEST = "np.abs(values).max()"
RANGES = {
    "max to 127": f"127 / {LARGEST}",
    "max to 127.5": f"127.5 / {LARGEST}",
    "max to 128": f"128 / {LARGEST}",
    "3 sigma about zero": "127 / (3 * np.std(values))",
    "3 sigma about the mean": (
        "127 / max(abs(values.mean() + 3 * values.std()), abs(values.mean() - 3 * values.std()))"
    ),
    "the handout's 6 sigma": "255 / (6 * np.std(values))",
    "percentile 99.9": "127 / np.percentile(np.abs(values), 99.9)",
    "power of two": f"2.0 ** np.floor(np.log2(127 / {LARGEST}))",
    "power of two of 3 sigma": "2.0 ** np.floor(np.log2(127 / (3 * np.std(values))))",
    "searched": (
        "min((s * 127 / np.abs(values).max() for s in np.geomspace(1, 4, 9)), key=lambda s: "
        "np.mean((np.clip(np.rint(values[:5000] * s), -128, 127) / s - values[:5000]) ** 2))"
    ),
}
TYPES = {
    "float": "float({})",
    "np.float32": "np.float32({})",
    "np.float64": "np.float64({})",
    "0-d tensor": "torch.tensor(float({}))",
    "0-d double tensor": "torch.tensor(float({}), dtype=torch.float64)",
}


def submission(reference: str, rule: str, kind: str, arithmetic: str = "x * scale") -> str:
    """The reference with another range, number type or arithmetic."""
    scale = TYPES[kind].format("rule(values)")
    helper = f"def rule(values):\n    return {RANGES[rule]}\n\n\n"
    carried = "n_w * n_initial_input\nfor w, o in ns:\n    carried = carried * w * o\n"
    bodies = {
        "quantized_weights": (
            "values = weights.numpy().astype(np.float64).ravel()\n"
            f"scale = {scale}\nx = weights\n"
            f"return torch.clamp(torch.round({arithmetic}), -128, 127).float(), scale"
        ),
        "NetQuantized.quantize_initial_input": f"values = pixels\nreturn {scale}",
        "NetQuantized.quantize_activations": (
            f"values = activations\ncarried = {carried}"
            + (
                "return 2.0 ** np.floor(np.log2(127 / np.abs(values).max() / carried))"
                if rule == "power of two"
                else f"return {TYPES[kind].format('(rule(values) / carried)')}"
            )
        ),
        "NetQuantized.forward": (
            "def q(x, scale):\n"
            f"    return torch.clamp(torch.round({arithmetic}), -128, 127).float()\n"
            "x = q(x, self.input_scale)\n"
            "x = q(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)\n"
            "x = q(F.relu(self.pool(self.conv2(x))), self.conv2.output_scale).flatten(1)\n"
            "x = q(self.fc1(x), self.fc1.output_scale).relu()\n"
            "x = F.relu(q(self.fc2(x), self.fc2.output_scale))\n"
            "return q(self.fc3(x), self.fc3.output_scale)"
        ),
    }
    source = planted(reference, bodies)
    return source.replace("def quantized_weights(", f"{helper}def quantized_weights(")


@pytest.mark.parametrize("rule", some({"the handout's 6 sigma", "searched"}, RANGES))
def test_every_sound_range_gets_every_point(rule: str, judge: Judge, reference: str) -> None:
    result = judge(submission(reference, rule, "float"))
    assert (result.score, result.notes) == (100, ())


@pytest.mark.parametrize("kind", some({"np.float64", "0-d tensor"}, list(TYPES)[1:]))
def test_every_type_of_scale_gets_every_point(kind: str, judge: Judge, reference: str) -> None:
    assert judge(submission(reference, "max to 127", kind)).score == 100


@pytest.mark.parametrize(
    "arithmetic", some({"x / (1 / scale)"}, ["x.double() * scale", "x / (1 / scale)"])
)
def test_every_arithmetic_gets_every_point(arithmetic: str, judge: Judge, reference: str) -> None:
    assert judge(submission(reference, "max to 127.5", "float", arithmetic)).score == 100


def test_a_named_tuple_is_a_pair(judge: Judge, reference: str) -> None:
    body = (
        "from collections import namedtuple\n"
        "scale = 127 / weights.abs().max().item()\n"
        "return namedtuple('Quantized', 'q scale')(torch.round(weights * scale), scale)"
    )
    assert judge(planted(reference, {"quantized_weights": body})).score == 100
