"""A network before and after it learned, and everything between them. Knows nothing of what is learned."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from torch import Tensor

from inkdigits.core.atomic import atomic_path
from inkdigits.learn.onnx.onnx_module import OnnxBackedModule
from inkdigits.learn.onnx.parity import check_parity
from inkdigits.learn.onnx.write import write_model
from inkdigits.learn.training.tasks.inference import as_input
from inkdigits.read.onnx_model import Metadata, OnnxModel, load_onnx_model


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network that learned.

    Attributes:
        base: The network before.
        learned: Its weights afterwards, by name, float32.
    """

    base: OnnxModel
    learned: dict[str, Tensor]

    def write(self, strength: float, path: Path, metadata: Metadata | None = None) -> OnnxModel:
        """Write the network that has learned with a strength: its weights are that far from old to new.

        Networks between an old one and a fine-tuned one often do better on both kinds of data than either
        (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).

        Args:
            strength: 0 … 1; 0 is the network before.
            path: The file to write.
            metadata: What the file says of itself; by default what it said before.

        Returns:
            The network as it is in the file.

        Raises:
            ExportError: It computes something else in ONNX Runtime than in torch.
            StorageError: The file can't be written.
        """
        model = onnx.load_from_string(self.base.content)
        module = OnnxBackedModule(model)
        before = module.state_dict()
        between = {name: before[name] + strength * (value - before[name]) for name, value in self.learned.items()}
        module.load_state_dict(before | between)
        module.store_weights(model)
        with atomic_path(path) as partial:
            write_model(model, metadata or self.base.metadata, partial)
        threads = 1 if self.base.metadata.kind == "lines" else None
        written = load_onnx_model(path, threads=threads)
        check_parity(written, module, _samples(written))
        return written


def _samples(network: OnnxModel) -> Tensor:
    shape = (4, 40, 96) if network.metadata.kind == "lines" else (16, 28, 28)
    generator = torch.Generator().manual_seed(0)
    return as_input(torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8))
