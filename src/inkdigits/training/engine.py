"""One training step after another on one device. Knows nothing of epochs' meaning, records, files or screens."""

import numpy as np
import torch
from torch import Tensor, nn

from inkdigits.data.dataset import Split
from inkdigits.recipes import Recipe
from inkdigits.training.augmentation import augment
from inkdigits.training.inference import as_input
from inkdigits.training.losses import LOSSES
from inkdigits.training.optimizers import build_optimizer, optimizer_tensors, restore_optimizer, set_learning_rate


class Engine:
    """Network, optimiser and training digits, ready to step.

    Pictures stay uint8 and are shuffled once an epoch; each batch is a slice of them, scaled as it is used.
    The order of an epoch depends on the seed and its number alone, so a training can go on from any step.

    Args:
        network: From float32 (N, 1, 28, 28) to logits (N, classes); trained in place.
        recipe: Loss, optimiser, batch size and augmentation.
        split: What to learn from.
        seed: What the order of the digits starts from.
        device: Where to compute.
    """

    def __init__(self, network: nn.Module, recipe: Recipe, split: Split, *, seed: int, device: torch.device) -> None:
        self.device = device
        self.network = network.to(device)
        if any(isinstance(module, nn.Conv2d) for module in network.modules()):
            self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimizer = build_optimizer(recipe.optimizer, self.network.parameters())
        self._loss = LOSSES[recipe.loss]
        self._augmentation = recipe.augmentation
        self._batch_size = recipe.batch_size
        self._seed = seed
        self._images = torch.from_numpy(np.ascontiguousarray(split.images)).to(device)
        self._labels = torch.from_numpy(split.labels).to(device)
        self._epoch = -1
        self._shuffled = (self._images, self._labels)

    @property
    def steps_per_epoch(self) -> int:
        """How many batches show every digit once."""
        return -(-len(self._labels) // self._batch_size)

    def step(self, number: int, learning_rate: float) -> tuple[float, int, int]:
        """Learn from the batch of step `number`, counted from 0.

        Returns:
            The batch's mean loss before the step, how many of its digits were right, and how many it has.
        """
        images, labels = self._batch(number)
        pictures = as_input(images)
        if self._augmentation:
            pictures = augment(pictures, self._augmentation)
        set_learning_rate(self.optimizer, learning_rate)
        self.optimizer.zero_grad()
        logits = self.network(pictures)
        loss = self._loss(logits, labels)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        correct = (logits.detach().argmax(dim=1) == labels).sum()
        return loss.item(), int(correct), len(labels)

    def _batch(self, number: int) -> tuple[Tensor, Tensor]:
        epoch, within = divmod(number, self.steps_per_epoch)
        if epoch != self._epoch:
            order = np.random.default_rng((self._seed, epoch)).permutation(len(self._labels))
            which = torch.from_numpy(order).to(self.device)
            self._shuffled = (self._images[which], self._labels[which])
            self._epoch = epoch
        part = slice(within * self._batch_size, (within + 1) * self._batch_size)
        return self._shuffled[0][part], self._shuffled[1][part]

    def weights(self) -> dict[str, Tensor]:
        """Return a copy of all that the network has learned, on the CPU."""
        return {
            name: value.detach().to("cpu", copy=True).contiguous() for name, value in self.network.state_dict().items()
        }

    def is_finite(self) -> bool:
        """Tell whether all that was learned is finite: a loss tells of the last step only in the next one."""
        return all(bool(value.isfinite().all()) for value in self.network.state_dict().values())

    def tensors(self) -> dict[str, Tensor]:
        """Return everything that the next step depends on: weights, optimiser, random states."""
        tensors = {f"network.{name}": value for name, value in self.weights().items()}
        for name, value in optimizer_tensors(self.optimizer).items():
            tensors[f"optimizer.{name}"] = value.detach().cpu().contiguous()
        tensors["random.cpu"] = torch.get_rng_state()
        if self.device.type == "cuda":
            tensors["random.cuda"] = torch.cuda.get_rng_state(self.device)
        if self.device.type == "mps":
            tensors["random.mps"] = torch.mps.get_rng_state()
        return tensors

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go back to what `tensors` returned."""
        self.network.load_state_dict(below("network.", tensors))
        restore_optimizer(self.optimizer, below("optimizer.", tensors))
        torch.set_rng_state(tensors["random.cpu"])
        if "random.cuda" in tensors and self.device.type == "cuda":
            torch.cuda.set_rng_state(tensors["random.cuda"], self.device)
        if "random.mps" in tensors and self.device.type == "mps":
            torch.mps.set_rng_state(tensors["random.mps"])


def below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors whose name starts with `prefix`, without it."""
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
