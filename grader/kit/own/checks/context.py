"""What evidence is collected with: the public exam, the student's session, tolerances, dice."""

import hashlib
from functools import cached_property

import numpy as np

from grader.checks.context import Context as House
from grader.kit.own.checks import public
from grader.oracle import Quantization


class Context(House):
    """One submission that is checked, with the public exam."""

    def rng(self, name: str) -> np.random.Generator:
        """Dice for one purpose, the same for all code: the key is made for what they draw."""
        digest = hashlib.sha256(f"{self.seed}//{name}".encode()).digest()
        return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))

    @cached_property
    def plain(self) -> Quantization:
        """The exam's net without a bias, in public integers."""
        return public.quantized(self.exam, "plain")

    @cached_property
    def biased(self) -> Quantization:
        """The exam's net with a bias, in public integers."""
        return public.quantized(self.exam, "biased")
