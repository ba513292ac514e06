# Trait: the configuration is a dataclass and a NamedTuple with properties; closures, lambdas and comprehensions do the work.
# Base: notebook_template

# %% after copy_model
from dataclasses import dataclass, field
from typing import NamedTuple

@dataclass(frozen=True)
class IntType:
    bits: int = 8
    signed: bool = True

    @property
    def lo(self) -> int:
        return -(1 << self.bits - 1) if self.signed else 0

    @property
    def hi(self) -> int:
        return (2 ** (self.bits - 1)) - 1 if self.signed else 2**self.bits - 1

    def saturate(self, t: torch.Tensor) -> torch.Tensor:
        return t.round().clamp(self.lo, self.hi)

INT8, INT32 = IntType(), IntType(bits=32)

class Range(NamedTuple):
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low

    @property
    def magnitude(self) -> float:
        return max(abs(self.low), abs(self.high))

    @classmethod
    def full(cls, values) -> "Range":
        return cls(float(values.min()), float(values.max()))

    @classmethod
    def sigmas(cls, values, k: float = 3.0) -> "Range":
        mu, sigma = float(values.mean()), float(values.std())
        return cls(mu - k * sigma, mu + k * sigma)

@dataclass
class Config:
    weights: str = "full"
    activations: str = "full"
    rules: dict = field(default_factory=lambda: {"full": Range.full, "sigma": Range.sigmas})

cfg = Config(activations="sigma")

# %% in place
value_range = lambda values: Range.full(values).width

three_sigma_range = lambda values: Range.sigmas(values).width


def make_quantizer(config: Config, target: IntType = INT8):
    rule = config.rules[config.weights]

    def quantize(weights: torch.Tensor) -> tuple[torch.Tensor, float]:
        factor = target.hi / rule(weights).magnitude
        return target.saturate(weights * factor), factor

    return quantize

quantized_weights = make_quantizer(cfg)

# %% instead of # Histograms of the activations
[print(n, Range.full(l.activations), Range.sigmas(l.activations)) for n, l in layers_of(net_q3).items()]

# %% instead of Q4_1A
Q4_1A, Q4_1B = (
    "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1",
    "n_W_conv2 * W_conv2 * (n_W_conv1 * n_In * n_Out_conv1 * Out_conv1) * n_Out_conv2 = n_W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * n_Out_conv2 * Out_conv2",
)

# %% in place
class NetQuantized(nn.Module):
    target = INT8

    config = cfg

    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        return NetQuantized.target.hi / NetQuantized.config.rules["full"](pixels).magnitude

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns) -> float:
        rule = NetQuantized.config.rules[NetQuantized.config.activations]
        logs = [np.log2(float(factor)) for pair in ns for factor in pair]
        carried = float(n_w) * float(n_initial_input) * 2.0 ** sum(logs)
        return NetQuantized.target.hi / rule(activations).magnitude / carried

    @property
    def steps(self):
        return [
            (lambda x, l=l, act=act, pool=pool: pool(act(l(x))), l)
            for l, act, pool in (
                (self.conv1, F.relu, self.pool),
                (self.conv2, F.relu, lambda x: self.pool(x).flatten(1)),
                (self.fc1, F.relu, nn.Identity()),
                (self.fc2, F.relu, nn.Identity()),
                (self.fc3, nn.Identity(), nn.Identity()),
            )
        ]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.target.saturate(x * self.input_scale)
        for step, layer in self.steps:
            x = self.target.saturate(step(x) * layer.output_scale)
        return x


Q5_1 = "n_Out * (n_W * W * n_In * In + n_W * n_In * beta) = n_Out * n_W * n_In * Out"


class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        factors = (n_w, n_initial_input, *(f for pair in ns for f in pair))

        def times(so_far, rest):
            return so_far if not rest else times(so_far * rest[0], rest[1:])

        return INT32.saturate(bias * times(1.0, factors))
