# Mistake: forward alone is missing, it raises NotImplementedError.
# Loses: 4.3, 4.4, 5.3
# Named: -
# Base: compact

class NetQuantized:
    def forward(self, x):
        raise NotImplementedError
