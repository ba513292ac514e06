# Trait: a FakeQuantize module with a fixed step, its observer switched off.
# Base: plain

from torch.ao.quantization import FakeQuantize


def on_steps(values, scale):
    module = FakeQuantize(quant_min=-128, quant_max=127, dtype=torch.qint8,
                          qscheme=torch.per_tensor_symmetric)
    module.disable_observer()
    module.scale.fill_(1 / float(scale))
    return torch.round(module(values) * float(scale))


class NetQuantized:
    def forward(self, x):
        x = on_steps(x, self.input_scale)
        x = on_steps(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = on_steps(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = on_steps(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = on_steps(F.relu(self.fc2(x)), self.fc2.output_scale)
        return on_steps(self.fc3(x), self.fc3.output_scale)
