# Mistake: argmax is taken inside forward.
# Loses: 4.3
# Named: -
# Base: powers

class NetQuantized:
    def forward(self, x):
        x = (x * self.input_scale).round().clamp(min=-128).clamp(max=127)
        for conv in (self.conv1, self.conv2):
            x = conv(x) * conv.output_scale
            x = x.round().clamp(min=-128).clamp(max=127)
            x = self.pool(F.relu(x))
        x = x.view(x.shape[0], -1)
        for fc in (self.fc1, self.fc2, self.fc3):
            x = fc(x) * fc.output_scale
            x = x.round().clamp(min=-128).clamp(max=127)
            if fc is not self.fc3:
                x = F.relu(x)
        return x.argmax(dim=1)
