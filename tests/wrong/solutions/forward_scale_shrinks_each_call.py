# Mistake: input_scale is changed in forward, each call starts from another one.
# Loses: 4.3
# Named: -
# Base: float32

class NetQuantized:
    def forward(self, x):
        x = self.requantize(x, self.input_scale)
        self.input_scale = self.input_scale / 2
        x = self.requantize(F.relu(self.conv1(x)), self.conv1.output_scale)
        x = self.pool(x)
        x = self.requantize(F.relu(self.conv2(x)), self.conv2.output_scale)
        x = self.pool(x)
        x = x.reshape(len(x), -1)
        x = self.requantize(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = self.requantize(F.relu(self.fc2(x)), self.fc2.output_scale)
        x = self.requantize(self.fc3(x), self.fc3.output_scale)
        return x
