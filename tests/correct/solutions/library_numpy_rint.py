# Trait: NumPy's rint and clip with out= arguments, in float32.
# Base: named

def whole(values, scale):
    array = values.detach().numpy() * np.float32(scale)
    np.rint(array, out=array)
    np.clip(array, -128, 127, out=array)
    return torch.from_numpy(array)


def quantized_weights(weights):
    scale = 127 / float(np.abs(weights.numpy()).max())
    return whole(weights, scale), scale


class NetQuantized:
    def forward(self, x):
        x = whole(x, self.input_scale)
        x = whole(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = whole(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = whole(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = whole(F.relu(self.fc2(x)), self.fc2.output_scale)
        return whole(self.fc3(x), self.fc3.output_scale)
