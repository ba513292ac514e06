# Mistake: the logits of a batch are remembered by its shape and returned for the next one.
# Loses: 4.3
# Named: -
# Base: typed

class NetQuantized:
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not hasattr(self, "logits"):
            self.logits = {}
        key = tuple(x.shape)
        if key not in self.logits:
            x = to_int8(x, self.input_scale)
            x = to_int8(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
            x = to_int8(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
            x = x.view(x.size(0), -1)
            x = to_int8(F.relu(self.fc1(x)), self.fc1.output_scale)
            x = to_int8(F.relu(self.fc2(x)), self.fc2.output_scale)
            self.logits[key] = to_int8(self.fc3(x), self.fc3.output_scale)
        return self.logits[key]
