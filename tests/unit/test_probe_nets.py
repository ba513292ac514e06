"""What the nets of question 4.3 show, whatever was drawn."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from grader.architecture import Architecture, Layer
from grader.checks import probe_nets as nets
from grader.checks.probe_nets import Stimulus
from grader.exam import open_exam
from grader.oracle import QuantizedNet, accumulate, max_pool, quantize

COUNT = 16
SEEDS = range(8)


@pytest.fixture(scope="module")
def architecture() -> Architecture:
    return open_exam().nets["plain"].architecture


def drawn(seed: int, architecture: Architecture) -> list[Stimulus]:
    return list(nets.probe_nets(np.random.default_rng(seed), architecture, COUNT))


def is_wide(stimulus: Stimulus) -> bool:
    return stimulus.wide


def probes(seed: int, architecture: Architecture) -> list[Stimulus]:
    """Those with small weights: for each stage one that saturates and one that does not."""
    return [one for one in drawn(seed, architecture) if not is_wide(one)]


def products(stimulus: Stimulus) -> dict[str, np.ndarray]:
    """Before rounding, of every stage."""
    net, x = stimulus.net, stimulus.pixels
    found = {"input": x.astype(np.float64) * net.input_scale}
    for (name, integers), layer in zip(net.trace(x), (*net.architecture.layers, None), strict=True):
        del name
        if layer:
            found[layer.name] = net.products(layer, integers) * net.scales[layer.name]
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_every_stage_has_an_unsaturated_net_and_a_saturated_one(seed, architecture) -> None:
    found = probes(seed, architecture)
    stages = ["input", *architecture.names]
    assert [one.target for one in found] == [stage for stage in stages for _ in range(2)]
    assert [one.saturates for one in found] == [False, True] * len(stages)
    for one in found:
        real = nets.real_output(one)
        assert np.array_equal(one.net.forward(one.pixels), np.clip(np.rint(real), -128, 127))
        assert (real.astype(np.float32) == real).all()
        beyond = np.mean(np.abs(real) > 128)
        assert beyond > 0.05 if one.saturates else beyond == 0
        assert one.pixels.shape == (COUNT, *architecture.input)
        assert not one.exact


@pytest.mark.parametrize("seed", SEEDS)
def test_an_unsaturated_net_shows_its_stage_with_ties_and_fills_int8(seed, architecture) -> None:
    for one in probes(seed, architecture)[::2]:
        real = nets.real_output(one)
        assert 30 < np.abs(real).max() <= nets.FULL
        whole = {stage: (x == np.rint(x)).all() for stage, x in products(one).items()}
        assert not whole.pop(one.target)
        assert all(whole.values())


def test_over_some_seeds_each_stage_has_exact_ties_and_many_values(architecture) -> None:
    for target in range(len(architecture.names) + 1):
        values = [nets.real_output(probes(seed, architecture)[2 * target]) for seed in SEEDS]
        real = np.concatenate([v.ravel() for v in values])
        assert np.mean(real - np.floor(real) == 0.5) > 0.005
        assert len(np.unique(real)) > 50


def _without_relu(net: QuantizedNet, target: str) -> QuantizedNet:
    layers = tuple(
        msgspec.structs.replace(layer, activation="none") if layer.name == target else layer
        for layer in net.architecture.layers
    )
    return replace(net, architecture=msgspec.structs.replace(net.architecture, layers=layers))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_missing_relu_shows(seed: int, architecture: Architecture) -> None:
    for one in probes(seed, architecture)[2:-2:2]:
        bare = _without_relu(one.net, one.target)
        differing = bare.forward(one.pixels) != one.net.forward(one.pixels)
        assert differing.mean() > 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_an_image_clamped_at_zero_shows(seed: int, architecture: Architecture) -> None:
    one = probes(seed, architecture)[0]
    assert (one.pixels < 0).any()
    right = one.net.forward(one.pixels)
    assert not np.array_equal(one.net.forward(one.pixels.clip(0)), right)
    assert not np.array_equal(one.net.forward(one.pixels.clip(None, 0)), right)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pass_through_has_one_weight_of_one_in_the_centre_of_every_window(
    seed: int, architecture: Architecture
) -> None:
    for one in probes(seed, architecture):
        for layer in architecture.layers:
            weight = one.net.weights[layer.name]
            if layer.name == one.target:
                assert np.array_equal(np.unique(weight), [-2, -1, 0, 1, 2])
                continue
            assert (np.abs(weight).reshape(len(weight), -1).sum(axis=1) == 1).all()
            centre = tuple(side // 2 for side in layer.weight[2:])
            assert (np.abs(weight[(..., *centre)]).sum(axis=1) == 1).all()
            used = np.abs(weight).reshape(*weight.shape[:2], -1).sum(axis=(0, 2))
            assert used.max() - used.min() <= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_whole_exact_nets_have_ties_at_every_step_and_then_saturate(seed, architecture) -> None:
    ties = nets.with_ties(np.random.default_rng(seed), architecture, COUNT)
    strong = nets.overflowing(ties)
    assert ties.exact
    assert strong.exact
    assert (strong.pixels >= 0).all()
    for stage, x in products(ties).items():
        assert (x.astype(np.float32) == x).all()
        assert 30 < np.abs(x).max() <= nets.FULL
        assert np.mean(x - np.floor(x) == 0.5) > 0.005, stage
    for stage, x in products(strong).items():
        assert (x.astype(np.float32) == x).all()
        assert np.mean(np.abs(x) > 128) > 0.01, stage


def test_an_unsaturated_net_fills_int8_and_three_times_its_scales_leave_it(architecture) -> None:
    exam = open_exam()
    net = exam.nets["plain"]
    images = exam.images[:COUNT].astype(np.float32) / 255 - 0.5
    right = quantize(
        architecture, net.weights, net.biases, exam.input_activations, net.activations
    ).net
    baseline = Stimulus("baseline", nets.unsaturated(right, images), images)
    for x in products(baseline).values():
        assert np.abs(x).max() == pytest.approx(nets.FULL, rel=1e-5)
    strong = nets.saturated(baseline.net)
    assert strong.input_scale == pytest.approx(3 * baseline.net.input_scale, rel=1e-6)
    assert {
        n: round(s / baseline.net.scales[n], 5) for n, s in strong.scales.items()
    } == dict.fromkeys(architecture.names, 3)


def test_a_net_whose_sums_vanish_is_not_divided_by_zero(architecture) -> None:
    weights = {layer.name: np.zeros(layer.weight, np.float32) for layer in architecture.layers}
    images = np.ones((1, *architecture.input), np.float32)
    baseline = nets.unsaturated(QuantizedNet(architecture, weights, 1.0, {}), images)
    assert set(baseline.scales.values()) == {nets.FULL}


def _averaged(layer: Layer, sums: np.ndarray) -> np.ndarray:
    """Activation, and the mean of each window."""
    sums = np.maximum(sums, 0) if layer.activation == "relu" else sums
    if not layer.pool:
        return sums
    n, channels, height, width = sums.shape
    rows, columns = height // layer.pool, width // layer.pool
    sums = sums[:, :, : rows * layer.pool, : columns * layer.pool]
    return sums.reshape(n, channels, rows, layer.pool, columns, layer.pool).mean(axis=(3, 5))


CONVOLUTIONS = {
    "the lab's": [{}, {}],
    "another kernel": [{}, {"weight": (16, 6, 3, 3)}],
    "padded": [{"padding": 2}, {"weight": (16, 6, 3, 3), "padding": 1}],
    "strided": [{}, {"stride": 2}],
    "strided and padded": [{"stride": 2, "padding": 2}, {"padding": 2}],
    "one pool": [{"pool": 3}, {"pool": 0}],
}


def changed(architecture: Architecture, changes: list[dict]) -> Architecture:
    """With other convolutions, so that windows lie elsewhere."""
    one, two, *linear = architecture.layers
    convolutions = [
        msgspec.structs.replace(layer, **change)
        for layer, change in zip((one, two), changes, strict=True)
    ]
    side = architecture.input[1]
    for layer in convolutions:
        side = (side + 2 * layer.padding - layer.weight[2]) // layer.stride + 1
        side //= max(layer.pool, 1)
    linear[0] = msgspec.structs.replace(linear[0], weight=(120, 16 * side * side))
    return msgspec.structs.replace(architecture, layers=(*convolutions, *linear))


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_a_wrong_pooling_shows_at_the_layers_that_pool_alone(
    name: str, architecture: Architecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    architecture = changed(architecture, CONVOLUTIONS[name])
    for seed in SEEDS:
        found = probes(seed, architecture)
        right = [one.net.forward(one.pixels) for one in found]
        with monkeypatch.context() as patched:
            patched.setattr("grader.oracle.settle", _averaged)
            averaged = [one.net.forward(one.pixels) for one in found]
        shows = {
            one.target
            for one, a, b in zip(found, right, averaged, strict=True)
            if not np.array_equal(a, b)
        }
        assert shows == {layer.name for layer in architecture.layers if layer.pool}


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_images_repeat_no_more_than_pooling_asks(name: str, architecture: Architecture) -> None:
    architecture = changed(architecture, CONVOLUTIONS[name])
    for one in probes(0, architecture):
        shrunk = 1
        for layer in architecture.layers:
            if layer.name == one.target or layer.kind == "linear":
                break
            shrunk *= layer.stride * max(layer.pool, 1)
        different = len(np.unique(one.pixels[:, 0, :, 0].T, axis=0))
        side = architecture.input[1]
        assert side / shrunk - 1 <= different <= side / shrunk + 2


@pytest.mark.parametrize("factor", [1 / 64, 0.01, 1.0, 127.0, 255.0])
def test_for_another_factor_of_the_image_the_same_integers_arrive(factor, architecture) -> None:
    for one in probes(3, architecture)[2:]:
        other = nets.with_factor(one, factor)
        assert (one.factor, other.factor) == (64, factor)
        assert other.net is one.net
        assert np.array_equal(nets.real_output(other), nets.real_output(one))


@pytest.mark.parametrize(
    ("value", "power"), [(1.0, 1.0), (1.99, 1.0), (4.0, 4.0), (0.3, 0.25), (0.0625, 0.0625)]
)
def test_the_largest_power_of_two_below(value: float, power: float) -> None:
    assert nets.power_of_two(value) == power


def test_between_two_powers_of_two_the_rungs_of_a_ladder_are_even(
    architecture: Architecture,
) -> None:
    one = probes(3, architecture)[0]
    pixels = np.arange(-32, 33, dtype=np.float32).reshape(1, 1, 1, -1) / 256
    found = nets.ladder(replace(one, pixels=pixels)).pixels.ravel()
    assert found[[0, 16, 32, 48, 64]].tolist() == [0.25, 0.5, 1, 2, 4]
    assert np.unique(np.diff(found[32:49])).tolist() == [1 / 16]


def test_a_ladder_shows_any_factor(architecture: Architecture) -> None:
    one = probes(3, architecture)[0]
    found = nets.ladder(one)
    assert found.pixels.dtype == np.float32
    assert found.pixels.min() < 2**-14
    assert found.pixels.max() > 2**14
    assert np.array_equal(np.argsort(found.pixels.ravel()), np.argsort(one.pixels.ravel()))
    for factor in (2.0**-9, 1.0, 300.0):
        seen = nets.real_output(nets.with_factor(found, factor)) / found.factor * factor
        assert np.count_nonzero((np.abs(seen) > 20) & (np.abs(seen) < 120)) > 5


def test_the_smallest_of_each_window_bounds_what_a_wrong_pooling_shows(architecture) -> None:
    for one in probes(3, architecture):
        largest, smallest = nets.real_output(one), nets.real_output(one, smallest=True)
        assert (smallest <= largest).all()
        pooled = one.target == "conv1" or one.target == "conv2"
        assert (smallest < largest).any() == pooled


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sums_of_every_layer_are_as_wide_as_in_the_lab(seed, architecture) -> None:
    wide = [one for one in drawn(seed, architecture) if is_wide(one)]
    assert [one.target for one in wide] == list(architecture.names)
    for one in wide:
        layer, x = architecture.layer(one.target), nets.into_target(one)
        sums = nets.layer_products(layer, one.net, x)
        assert np.abs(one.net.weights[one.target]).max() == 127
        assert (np.abs(one.net.weights[one.target]) > 64).mean() > 0.4
        assert 2**16 < np.abs(sums).max() < 2**24
        assert (np.abs(sums) > 2**15).mean() > 0.02
        real = nets.real_output(one)
        assert 30 < np.abs(real).max() <= nets.FULL
        assert np.array_equal(one.net.forward(one.pixels), np.rint(real))
        assert one.pixels.shape == (COUNT, *architecture.input)


@pytest.mark.parametrize("seed", SEEDS)
def test_narrow_sums_show_at_every_layer(seed, architecture) -> None:
    for one in (each for each in drawn(seed, architecture) if is_wide(each)):
        layer, x = architecture.layer(one.target), nets.into_target(one)
        sums, scale = nets.layer_products(layer, one.net, x), one.net.scales[one.target]
        right = np.rint(nets.behind_target(one, sums * scale))
        wrapped = (sums + 2.0**15) % 2.0**16 - 2.0**15
        bounded = np.clip(sums, -(2.0**15), 2.0**15 - 1)
        with np.errstate(over="ignore"):
            half = np.nan_to_num(sums.astype(np.float16).astype(np.float64), posinf=2.0**24)
        for narrow in (wrapped, bounded, half):
            assert (np.rint(nets.behind_target(one, narrow * scale)) != right).any()


def test_for_code_that_raises_where_much_is_clamped_a_net_clamps_little(architecture) -> None:
    little = []
    for one in (each for seed in SEEDS[:3] for each in probes(seed, architecture)[1::2]):
        much = np.mean(np.abs(nets.real_output(one)) > 127.5)
        milder = nets.real_output(replace(one, net=one.milder))
        little.append(np.mean(np.abs(milder) > 127.5))
        assert much > nets.FEW >= little[-1]
    assert max(little) > 0


@pytest.mark.parametrize(
    ("inputs", "scale"),
    [
        ([0] * 40, 127),
        ([0] * 96 + [1] * 3, 120 / 2),
        ([0] * 97 + [50] * 3, 127 / 3),  # 3 of 100 are clamped, which is few
        ([0] * 96 + [50] * 3, 120 / 100),  # 3 of 99 are not
        ([126] * 96 + [127] * 3, 120 / 254),  # nor if they become 128
        ([*range(100)], 127 / (2 * 96.03)),
    ],
)
def test_a_scale_clamps_few_sums_or_none(inputs: list[int], scale: float) -> None:
    size = len(inputs)
    one = Layer("fc", "linear", (size, size), "none")
    net = QuantizedNet(
        Architecture((1, 1, size), (one,)), {"fc": 2 * np.eye(size, dtype=np.float32)}, 1.0, {}
    )
    pixels = np.array(inputs, np.float32).reshape(1, 1, 1, size)
    found = nets.hardly_saturated(net, pixels).scales["fc"]
    assert found == pytest.approx(scale, rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_left_by_pooling_has_either_sign(seed: int, architecture: Architecture) -> None:
    """The largest of four is nearly always positive, unless the weights add up to less than 0."""
    rng = np.random.default_rng(seed)
    for layer, side in zip(architecture.layers, (32, 14), strict=False):
        weights = nets.small_integers(rng, layer)
        images = rng.integers(0, 128, (COUNT, layer.weight[1], side, side)).astype(np.float32)
        pooled = max_pool(accumulate(layer, images, weights), layer.pool)
        assert 0.5 < np.mean(pooled > 0) < 0.85


@pytest.mark.parametrize("seed", SEEDS)
def test_wide_sums_of_a_layer_without_relu_have_either_sign(
    seed: int, architecture: Architecture
) -> None:
    """With a ReLU all are positive, for what is below zero would be lost."""
    for one in filter(is_wide, drawn(seed, architecture)):
        if one.target:
            sums = products(one)[one.target]
            large = np.abs(sums) > 0.5 * np.abs(sums).max()
            below = np.mean(sums[large] < 0)
            with_relu = architecture.layer(one.target).activation == "relu"
            assert below == 0 if with_relu else 0.2 < below < 0.8
