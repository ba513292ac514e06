# Mistake: np.fix drops the fractions of all activations.
# Loses: 4.3
# Named: forward-truncates
# Base: named

def whole(values, scale):
    return torch.from_numpy(np.fix(values.detach().numpy() * np.float32(scale)).clip(-128, 127))


class NetQuantized:
    def forward(self, x):
        x = whole(x, self.input_scale)
        x = whole(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = whole(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = whole(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = whole(F.relu(self.fc2(x)), self.fc2.output_scale)
        return whole(self.fc3(x), self.fc3.output_scale)
