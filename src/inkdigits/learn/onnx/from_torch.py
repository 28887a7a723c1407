"""Torch networks -> ONNX models. Knows no files and nothing of what a network is for."""

from __future__ import annotations

import contextlib
import copy
import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import onnx
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from inkdigits.read.onnx_model import INPUT, OUTPUT

_OPSET = 18


def fuse_batch_norms(network: nn.Module) -> nn.Module:
    """Return a copy on the CPU in evaluation mode, with batch norms folded into the convolutions before them.

    Args:
        network: In evaluation mode; it is left as it is. Only the layers of an `nn.Sequential` are fused.
    """
    layers = list(network.children()) if isinstance(network, nn.Sequential) else []
    if layers:
        fused: list[nn.Module] = []
        for layer in layers:
            previous = fused[-1] if fused else None
            if isinstance(layer, nn.BatchNorm2d) and isinstance(previous, nn.Conv2d):
                fused[-1] = fuse_conv_bn_eval(previous, layer)
            else:
                fused.append(layer)
        network = nn.Sequential(*fused).eval()
    return copy.deepcopy(network).cpu().eval()


def to_onnx(network: nn.Module, example: Tensor, *, dynamic_dims: tuple[int, ...]) -> onnx.ModelProto:
    """Return a network as an ONNX model without metadata.

    Args:
        network: In evaluation mode.
        example: An input, (N, 1, H, W), float32 in 0 … 1.
        dynamic_dims: Which of its dimensions may have other sizes; a width is always a multiple of 8.
    """
    dims = {0: torch.export.Dim("number"), 3: 8 * torch.export.Dim("eighths", min=2, max=512)}
    with _quiet():
        program = torch.onnx.export(
            network,
            (example,),
            dynamo=True,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_shapes=({dim: dims[dim] for dim in dynamic_dims},),
            opset_version=_OPSET,
            verbose=False,
        )
    assert program is not None
    model = program.model_proto
    _remove_debug_info(model)
    return model


def _remove_debug_info(model: onnx.ModelProto) -> None:
    """Remove the names of files and lines of this machine, which the exporter notes in every node."""
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer):
        value.doc_string = ""
        if hasattr(value, "metadata_props"):
            del value.metadata_props[:]
    del model.graph.metadata_props[:], model.metadata_props[:], model.functions[:]


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the exporter's progress and the deprecation warnings of its libraries."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
