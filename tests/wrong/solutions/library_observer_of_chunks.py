# Mistake: MovingAverageMinMaxObserver sees the pixels value by value, and forgets all but the last few hundred.
# Loses: 4.2a
# Named: input-clips-much
# Base: plain

from torch.ao.quantization import MovingAverageMinMaxObserver


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        observer = MovingAverageMinMaxObserver(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric)
        for value in torch.as_tensor(pixels, dtype=torch.float32).flatten()[:5000]:
            observer(value)
        return 1 / observer.calculate_qparams()[0].item()
