"""Torch networks -> ONNX models. Knows no files and nothing of what a network is for."""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import logging
import warnings
from collections import OrderedDict
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
    layers = list(network.named_children()) if isinstance(network, nn.Sequential) else []
    if layers:
        fused: list[tuple[str, nn.Module]] = []
        for name, layer in layers:
            before, previous = fused[-1] if fused else ("", None)
            if isinstance(layer, nn.BatchNorm2d) and isinstance(previous, nn.Conv2d):
                fused[-1] = before, fuse_conv_bn_eval(previous, layer)
            else:
                fused.append((name, layer))
        network = nn.Sequential(OrderedDict(fused)).eval()
    return copy.deepcopy(network).cpu().eval()


def to_onnx(network: nn.Module, example: Tensor, *, dynamic_dims: tuple[int, ...]) -> onnx.ModelProto:
    """Return a network as an ONNX model without metadata.

    The output of each layer is named after the layer, for example `0_conv2d`, and that of the last one `logits`.

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
    _name_layer_outputs(model, network)
    _remove_debug_info(model)
    return model


def _name_layer_outputs(model: onnx.ModelProto, network: nn.Module) -> None:
    """Name the tensor that each child of a network returns; the exporter notes in every node whose it is."""
    kinds = {name: type(child).__name__.lower() for name, child in network.named_children()}
    last = {owner: node.output[0] for node in model.graph.node if (owner := _owner(node)) in kinds}
    # Children without names of their own have numbers.
    names = {tensor: f"{owner}_{kinds[owner]}" if owner.isdigit() else owner for owner, tensor in last.items()}
    names.pop(OUTPUT, None)
    taken = {name for node in model.graph.node for name in (*node.input, *node.output)} - names.keys()
    names = {tensor: f"{name}_output" if name in taken else name for tensor, name in names.items()}
    for node in model.graph.node:
        for tensors in (node.input, node.output):
            tensors[:] = [names.get(tensor, tensor) for tensor in tensors]
    for value in model.graph.value_info:
        value.name = names.get(value.name, value.name)


def _owner(node: onnx.NodeProto) -> str:
    """Return the name of the child of the network that a node is part of; empty if the exporter didn't note it."""
    notes = {note.key: note.value for note in node.metadata_props}
    scopes = ast.literal_eval(notes.get("pkg.torch.onnx.name_scopes", "[]"))
    return str(scopes[1]) if len(scopes) > 1 else ""


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
