"""Speed of the training engine, compared with what it replaces, in alternation in one process.

    python benchmarks/engine.py steps [RECIPE ...]    the engine's step, autograd, and autograd with torch.optim
    python benchmarks/engine.py parts                 single operations of a step
    python benchmarks/engine.py scores                evaluation of ten thousand digits, by batch size
    python benchmarks/engine.py memory [RECIPE]       a step before and after the C library keeps freed memory

Pictures are random, because times do not depend on them. Prints the median and the fastest tenth, in microseconds.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from itertools import count

import numpy as np
import torch
from torch import nn

from inkdigits.data.dataset import Split
from inkdigits.learn.networks.build import build_network
from inkdigits.learn.training.engine.autograd_step import AutogradStep
from inkdigits.learn.training.engine.environment import keep_freed_memory
from inkdigits.learn.training.engine.trainer import Trainer
from inkdigits.learn.training.tasks import inference
from inkdigits.learn.training.tasks.losses import cross_entropy
from inkdigits.learn.training.tasks.make import make_task
from inkdigits.recipes import Recipe, load_recipe
from inkdigits.recipes.load import TUTORIALS
from inkdigits.recipes.optimizers import RmsProp, Sgd

CPU = torch.device("cpu")
SECONDS = float(os.environ.get("SECONDS", "5"))
"""Length of each comparison; choose more on a busy machine."""
CLOCK = time.process_time if os.environ.get("CLOCK") == "cpu" else time.perf_counter
"""On a busy machine, CPU time with one thread is more exact than wall-clock time."""


def alternate(contenders: dict[str, Callable[[], object]], *, warm_up: int = 10) -> None:
    """Call each in turn for `SECONDS` in all, and print the times of each."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    end, rounds = time.perf_counter() + SECONDS, 0
    while rounds < warm_up + 20 or time.perf_counter() < end:
        rounds += 1
        for name, call in contenders.items():
            start = CLOCK()
            call()
            if rounds > warm_up:
                times[name].append(CLOCK() - start)
    first = statistics.median(next(iter(times.values())))
    for name, values in times.items():
        median, fast = statistics.median(values), sorted(values)[len(values) // 10]
        print(
            f"  {name:34}{1e6 * median:12,.0f}{1e6 * fast:12,.0f}   x {first / median:.2f}   n {len(values)}",
            flush=True,
        )


def digits(examples: int = 10_000) -> Split:
    """Return pictures with ink in a fifth of their pixels, like MNIST."""
    random = np.random.default_rng(0)
    ink = random.random((examples, 28, 28)) < 0.2
    return Split(random.integers(1, 256, ink.shape, dtype=np.uint8) * ink, random.integers(0, 10, examples))


def _trainer(recipe: Recipe, split: Split) -> Trainer:
    torch.manual_seed(1)
    trainer = Trainer(build_network(recipe), recipe, make_task(recipe, split, seed=1, device=CPU), device=CPU)
    trainer.network.train()
    return trainer


def _torch_optimizer(recipe: Recipe, network: nn.Module) -> torch.optim.Optimizer:
    rate = recipe.optimizer.learning_rate
    if isinstance(recipe.optimizer, Sgd):
        return torch.optim.SGD(network.parameters(), lr=rate, fused=True)
    if isinstance(recipe.optimizer, RmsProp):
        return torch.optim.RMSprop(network.parameters(), lr=rate, alpha=0.9, eps=1e-7)
    return torch.optim.Adam(network.parameters(), lr=rate, eps=1e-7, fused=True)


def _trainer_step(trainer: Trainer, rate: float) -> Callable[[], None]:
    """Return a function that takes the next step, and computes the metrics every 50 steps, as the loop does."""
    numbers = count()

    def step() -> None:
        number = next(numbers)
        trainer.step(number, rate)
        if number % 50 == 0:
            trainer.compute_step_metrics()

    return step


def _tutorial_step(trainer: Trainer, optimizer: torch.optim.Optimizer) -> Callable[[], None]:
    """Return a function that takes the next step as in torch's tutorials."""
    numbers = count()

    def step() -> None:
        batch = trainer.task.batch(next(numbers))
        optimizer.zero_grad()
        logits = trainer.network(batch.pictures)
        loss = cross_entropy(logits, batch.targets)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        loss.item(), int((logits.argmax(1) == batch.targets).sum())

    return step


def steps(names: Sequence[str]) -> None:
    """Compare whole steps, including data and metrics."""
    split = digits()
    for name in names or TUTORIALS:
        recipe = load_recipe(name)
        ours, autograd, plain = (_trainer(recipe, split) for _ in range(3))
        autograd._step = AutogradStep(autograd.network, autograd.task)
        rate = recipe.optimizer.learning_rate
        print(f"{name}, {type(ours._step).__name__}")
        alternate(
            {
                "torch.optim, autograd": _tutorial_step(plain, _torch_optimizer(recipe, plain.network)),
                "autograd": _trainer_step(autograd, rate),
                "ours": _trainer_step(ours, rate),
            }
        )


def parts() -> None:
    """Compare single operations."""
    split = digits(60_000)
    images, order = torch.from_numpy(split.images), torch.from_numpy(np.random.default_rng(0).permutation(60_000))
    print("shuffling an epoch")
    alternate({"[order]": lambda: images[order], "index_select": lambda: images.index_select(0, order)})

    units, rate = torch.rand(100, 512), 0.2
    dropped, random_bits = torch.empty(100, 512, dtype=torch.bool), torch.empty(100 * 128, dtype=torch.int64)
    half_as_many_bits = random_bits[: 100 * 64]

    def drop(random_bits: torch.Tensor, dtype: torch.dtype, threshold: int) -> None:
        draws = random_bits.random_(-(2**63), None).view(dtype).view(100, 512)
        units.masked_fill_(torch.lt(draws, threshold, out=dropped), 0)

    print("dropout of 100 x 512")
    alternate(
        {
            "nn.functional.dropout": lambda: nn.functional.dropout(units, rate),
            "16 bits a unit": lambda: drop(random_bits, torch.int16, round(rate * 2**16) - 2**15),
            "8 bits a unit": lambda: drop(half_as_many_bits, torch.int8, round(rate * 2**8) - 2**7),
        }
    )

    logits, labels = torch.randn(100, 10), torch.randint(0, 10, (100,))
    print("metrics of a step")
    alternate(
        {
            "correct answers": lambda: torch.sum(logits.argmax(dim=1) == labels),
            "log_softmax": lambda: torch.log_softmax(logits, dim=1),
            "nll_loss": lambda: nn.functional.nll_loss(logits, labels),
            "pictures to float": lambda: inference.as_input(images[:100]),
        }
    )


def _scoring(network: nn.Module, split: Split, size: int) -> Callable[[], None]:
    def score() -> None:
        with torch.inference_mode():
            for batch in torch.split(torch.from_numpy(split.images), size):
                network(inference.as_input(batch))

    return score


def scores() -> None:
    """Compare batch sizes in evaluation."""
    split = digits()
    for name in TUTORIALS:
        network = build_network(load_recipe(name)).eval()
        if any(isinstance(module, nn.Conv2d) for module in network.modules()):
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        print(name)
        alternate({str(size): _scoring(network, split, size) for size in (50, 100, 250, 500, 1000)}, warm_up=1)


def memory(names: Sequence[str]) -> None:
    """Compare steps before and after, in this order: the setting can't be undone."""
    recipe = load_recipe(names[0] if names else "cnn")
    step = _trainer_step(_trainer(recipe, digits()), recipe.optimizer.learning_rate)
    print(recipe.name)
    alternate({"returned to the system": step})
    print("  accepted" if keep_freed_memory() else "  refused")
    alternate({"kept": step})


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", torch.get_num_threads())))
    print(f"{torch.get_num_threads()} threads, torch {torch.__version__}")
    command, rest = sys.argv[1], sys.argv[2:]
    commands: dict[str, Callable[[], None]] = {
        "steps": lambda: steps(rest),
        "parts": parts,
        "scores": scores,
        "memory": lambda: memory(rest),
    }
    commands[command]()
