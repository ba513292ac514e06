# Mistake: the observer's step is returned as it is, where the lab multiplies by one over it.
# Loses: 4.2a
# Named: input-returns-inverse
# Base: plain

from torch.ao.quantization import MinMaxObserver


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        observer = MinMaxObserver(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric)
        observer(torch.as_tensor(pixels, dtype=torch.float32))
        return observer.calculate_qparams()[0].item()
