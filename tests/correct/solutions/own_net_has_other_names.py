# Trait: The student's Net calls its layers c1 to l3; NetQuantized takes layers by their kind and order.
# Base: named

class Net(nn.Module):
    def __init__(self, bias=False):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(3, 6, 5, bias=False), nn.Conv2d(6, 16, 5, bias=False)
        self.l1, self.l2 = nn.Linear(400, 120, bias=False), nn.Linear(120, 84, bias=False)
        self.l3 = nn.Linear(84, 10, bias=bias)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.c1(x)), 2)
        x = F.max_pool2d(F.relu(self.c2(x)), 2).flatten(1)
        return self.l3(F.relu(self.l2(F.relu(self.l1(x)))))


def weighted(model):
    return [layer for layer in model.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]


def copy_model(model):
    twin = deepcopy(model)
    for old, new in zip(weighted(model), weighted(twin)):
        if hasattr(old.weight, "scale"):
            new.weight.scale = old.weight.scale
    return twin


class NetQuantized:
    def __init__(self, source):
        super().__init__()
        self.chain = nn.ModuleList(weighted(copy_model(source)))
        self.input_scale = self.quantize_initial_input(source.input_activations)
        done = []
        for layer in self.chain:
            layer.output_scale = self.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, done)
            done.append((layer.weight.scale, layer.output_scale))
        self.pairs = done

    def forward(self, x):
        x = (x * self.input_scale).round().clamp(-128, 127)
        for layer in self.chain:
            linear = isinstance(layer, nn.Linear)
            x = layer(x.flatten(1) if linear else x)
            if layer is not self.chain[-1]:
                x = F.relu(x)
            x = x if linear else F.max_pool2d(x, 2)
            x = (x * layer.output_scale).round().clamp(-128, 127)
        return x


class NetQuantizedWithBias:
    def __init__(self, source):
        super().__init__(source)
        last = self.chain[-1]
        last.bias.data = self.quantized_bias(
            last.bias.data, last.weight.scale, self.input_scale, self.pairs[:-1])
