# Mistake: divides with // by the inverse of the scale.
# Loses: 4.3
# Named: forward-floors
# Base: powers

class NetQuantized:
    def forward(self, x):
        x = (x // (1 / self.input_scale)).clamp(min=-128, max=127)
        for conv in (self.conv1, self.conv2):
            x = conv(x) // (1 / conv.output_scale)
            x = self.pool(F.relu(x.clamp(min=-128, max=127)))
        x = x.view(x.shape[0], -1)
        for fc in (self.fc1, self.fc2, self.fc3):
            x = (fc(x) // (1 / fc.output_scale)).clamp(min=-128, max=127)
            if fc is not self.fc3:
                x = F.relu(x)
        return x
