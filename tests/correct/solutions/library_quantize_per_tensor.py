# Trait: torch's own quantizer rounds and saturates, through its int8 representation.
# Base: plain

import warnings


warnings.filterwarnings("ignore", message=".*quantize.*")


def as_int8(values, n):
    step = 1.0 / float(n)
    return torch.quantize_per_tensor(values.detach().contiguous(), step, 0, torch.qint8).int_repr().float()


def quantized_weights(weights):
    n = 127 / weights.abs().max().item()
    return as_int8(weights, n), n


class NetQuantized:
    def forward(self, x):
        x = as_int8(x, self.input_scale)
        x = self.pool(F.relu(as_int8(self.conv1(x), self.conv1.output_scale)))
        x = self.pool(F.relu(as_int8(self.conv2(x), self.conv2.output_scale)))
        x = x.flatten(1)
        x = F.relu(as_int8(self.fc1(x), self.fc1.output_scale))
        x = F.relu(as_int8(self.fc2(x), self.fc2.output_scale))
        return as_int8(self.fc3(x), self.fc3.output_scale)
