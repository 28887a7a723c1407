"""What the engine's own choices are worth: each beside what it replaces, alternating in one process.

    python benchmarks/engine.py steps [RECIPE ...]    a step written out, through autograd, and with torch.optim
    python benchmarks/engine.py parts                 the small things in a step
    python benchmarks/engine.py scores                ten thousand digits, by batch size
    python benchmarks/engine.py memory [RECIPE]       a step with freed memory given back, and kept

Digits are random: nothing here depends on what they show. Medians and the fastest tenth, in microseconds.
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
from inkdigits.learn.training.engine.allocator import keep_freed_memory
from inkdigits.learn.training.engine.backward import AutogradStep
from inkdigits.learn.training.engine.trainer import Trainer
from inkdigits.learn.training.tasks import inference
from inkdigits.learn.training.tasks.losses import cross_entropy
from inkdigits.learn.training.tasks.make import make_task
from inkdigits.recipes import Recipe, load_recipe
from inkdigits.recipes.load import TUTORIALS
from inkdigits.recipes.optimizers import RmsProp, Sgd

CPU = torch.device("cpu")
SECONDS = float(os.environ.get("SECONDS", "5"))
"""How long each comparison takes, longer on a busy machine."""
CLOCK = time.process_time if os.environ.get("CLOCK") == "cpu" else time.perf_counter
"""On a busy machine processor time with one thread tells more than time by the wall."""


def alternate(contenders: dict[str, Callable[[], object]], *, warm_up: int = 10) -> None:
    """Call each in turn for `SECONDS` in all, and print how long each took."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    until, rounds = time.perf_counter() + SECONDS, 0
    while rounds < warm_up + 20 or time.perf_counter() < until:
        rounds += 1
        for name, call in contenders.items():
            begun = CLOCK()
            call()
            if rounds > warm_up:
                taken[name].append(CLOCK() - begun)
    first = statistics.median(next(iter(taken.values())))
    for name, values in taken.items():
        median, fast = statistics.median(values), sorted(values)[len(values) // 10]
        print(
            f"  {name:34}{1e6 * median:12,.0f}{1e6 * fast:12,.0f}   x {first / median:.2f}   n {len(values)}",
            flush=True,
        )


def digits(examples: int = 10_000) -> Split:
    """Return pictures a fifth of whose pixels are ink, as MNIST's are."""
    random = np.random.default_rng(0)
    ink = random.random((examples, 28, 28)) < 0.2
    return Split(random.integers(1, 256, ink.shape, dtype=np.uint8) * ink, random.integers(0, 10, examples))


def _engine(recipe: Recipe, split: Split) -> Trainer:
    torch.manual_seed(1)
    engine = Trainer(build_network(recipe), recipe, make_task(recipe, split, seed=1, device=CPU), device=CPU)
    engine.network.train()
    return engine


def _plain_optimizer(recipe: Recipe, network: nn.Module) -> torch.optim.Optimizer:
    rate = recipe.optimizer.learning_rate
    if isinstance(recipe.optimizer, Sgd):
        return torch.optim.SGD(network.parameters(), lr=rate, fused=True)
    if isinstance(recipe.optimizer, RmsProp):
        return torch.optim.RMSprop(network.parameters(), lr=rate, alpha=0.9, eps=1e-7)
    return torch.optim.Adam(network.parameters(), lr=rate, eps=1e-7, fused=True)


def _stepping(engine: Trainer, rate: float) -> Callable[[], None]:
    """Return a call that takes the next step, and reads the figures of fifty together as the loop does."""
    numbers = count()

    def step() -> None:
        number = next(numbers)
        engine.step(number, rate)
        if number % 50 == 0:
            engine.collect()

    return step


def _stepping_plainly(engine: Trainer, optimizer: torch.optim.Optimizer) -> Callable[[], None]:
    """Return a call that takes the next step as tutorials write it."""
    numbers = count()

    def step() -> None:
        batch = engine.task.batch(next(numbers))
        optimizer.zero_grad()
        logits = engine.network(batch.pictures)
        loss = cross_entropy(logits, batch.targets)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        loss.item(), int((logits.argmax(1) == batch.targets).sum())

    return step


def steps(names: Sequence[str]) -> None:
    """Compare whole steps, data and figures included."""
    split = digits()
    for name in names or TUTORIALS:
        recipe = load_recipe(name)
        ours, autograd, plain = (_engine(recipe, split) for _ in range(3))
        autograd._step = AutogradStep(autograd.network, autograd.task)
        rate = recipe.optimizer.learning_rate
        print(f"{name}, {type(ours._step).__name__}")
        alternate(
            {
                "torch.optim, autograd": _stepping_plainly(plain, _plain_optimizer(recipe, plain.network)),
                "autograd": _stepping(autograd, rate),
                "ours": _stepping(ours, rate),
            }
        )


def parts() -> None:
    """Compare the small things."""
    split = digits(60_000)
    images, order = torch.from_numpy(split.images), torch.from_numpy(np.random.default_rng(0).permutation(60_000))
    print("an epoch's shuffle")
    alternate({"[order]": lambda: images[order], "index_select": lambda: images.index_select(0, order)})

    units, rate = torch.rand(100, 512), 0.2
    dropped, words = torch.empty(100, 512, dtype=torch.bool), torch.empty(100 * 128, dtype=torch.int64)
    words_of_bytes = words[: 100 * 64]

    def cut(words: torch.Tensor, kind: torch.dtype, threshold: int) -> None:
        draws = words.random_(-(2**63), None).view(kind).view(100, 512)
        units.masked_fill_(torch.lt(draws, threshold, out=dropped), 0)

    print("dropout of 100 x 512")
    alternate(
        {
            "nn.functional.dropout": lambda: nn.functional.dropout(units, rate),
            "16 bits a unit": lambda: cut(words, torch.int16, round(rate * 2**16) - 2**15),
            "8 bits a unit": lambda: cut(words_of_bytes, torch.int8, round(rate * 2**8) - 2**7),
        }
    )

    logits, labels = torch.randn(100, 10), torch.randint(0, 10, (100,))
    print("figures of a step")
    alternate(
        {
            "right answers": lambda: torch.sum(logits.argmax(dim=1) == labels),
            "log_softmax": lambda: torch.log_softmax(logits, dim=1),
            "nll_loss": lambda: nn.functional.nll_loss(logits, labels),
            "picture to float": lambda: inference.as_input(images[:100]),
        }
    )


def _scoring(network: nn.Module, split: Split, size: int) -> Callable[[], None]:
    def score() -> None:
        with torch.inference_mode():
            for batch in torch.split(torch.from_numpy(split.images), size):
                network(inference.as_input(batch))

    return score


def scores() -> None:
    """Compare batch sizes for evaluation."""
    split = digits()
    for name in TUTORIALS:
        network = build_network(load_recipe(name)).eval()
        if any(isinstance(module, nn.Conv2d) for module in network.modules()):
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        print(name)
        alternate({str(size): _scoring(network, split, size) for size in (50, 100, 250, 500, 1000)}, warm_up=1)


def memory(names: Sequence[str]) -> None:
    """Compare before and after: it can't be taken back."""
    recipe = load_recipe(names[0] if names else "cnn")
    step = _stepping(_engine(recipe, digits()), recipe.optimizer.learning_rate)
    print(recipe.name)
    alternate({"given back": step})
    print("  granted" if keep_freed_memory() else "  refused")
    alternate({"kept": step})


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", torch.get_num_threads())))
    print(f"{torch.get_num_threads()} threads, torch {torch.__version__}")
    what, rest = sys.argv[1], sys.argv[2:]
    {"steps": lambda: steps(rest), "parts": parts, "scores": scores, "memory": lambda: memory(rest)}[what]()
