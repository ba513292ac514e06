"""torchvision, also beside a torch without CUDA.

torchvision's wheel from the package index is built for CUDA. Beside a CPU-only torch its C++
operators do not load, and then its import fails because it describes two of them. Declaring these
two makes everything else work: data sets, transforms, utilities.
"""

import contextlib
from typing import Any

import torch

_library: torch.library.Library | None = None  # what it declares lasts as long as it does


def import_torchvision() -> Any:
    """Import torchvision; raises ImportError if it is not installed."""
    global _library
    with contextlib.suppress(RuntimeError):
        import torchvision

        return torchvision
    _library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for name in ("nms", "qnms"):
        _library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")  # type: ignore[no-untyped-call]
    import torchvision

    return torchvision
