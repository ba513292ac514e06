# Trait: Properties of the net give all scales and the combined multiplier of each layer.
# Base: named

class NetQuantized:
    @property
    def layers(self):
        return [getattr(self, name) for name in NAMES]

    @property
    def scales(self):
        return [self.input_scale, *(layer.output_scale for layer in self.layers)]

    @property
    def is_last(self):
        return [layer is self.fc3 for layer in self.layers]

    def forward(self, x):
        first, *others = self.scales
        x = (x * first).round().clamp(-128, 127)
        for layer, scale, last in zip(self.layers, others, self.is_last):
            if isinstance(layer, nn.Linear):
                x = x.flatten(1)
            x = (layer(x) * scale).round().clamp(-128 if last else 0, 127)
            if isinstance(layer, nn.Conv2d):
                x = self.pool(x)
        return x
