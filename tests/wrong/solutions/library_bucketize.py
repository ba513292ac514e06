# Mistake: torch.bucketize finds the activations' integers, and a tie falls into the bucket below.
# Loses: 4.3
# Named: -
# Base: plain

edges = torch.arange(-127.5, 127)


def bucketed(values, scale):
    return torch.bucketize(values * scale, edges).float() - 128


class NetQuantized:
    def forward(self, x):
        x = bucketed(x, self.input_scale)
        x = bucketed(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = bucketed(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = bucketed(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = bucketed(F.relu(self.fc2(x)), self.fc2.output_scale)
        return bucketed(self.fc3(x), self.fc3.output_scale)
