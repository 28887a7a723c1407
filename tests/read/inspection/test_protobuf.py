import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.networks import digit_model
from inkdigits.read.inspection.graph import add_outputs, read_graph
from inkdigits.read.inspection.protobuf import read_fields, read_varints, to_signed, write_field


@given(st.lists(st.tuples(st.integers(1, 2000), st.binary(max_size=300))))
def test_what_is_written_is_read(fields):
    content = b"".join(write_field(number, each) for number, each in fields)
    assert [(number, bytes(value)) for number, value in read_fields(memoryview(content))] == fields


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content):
    try:
        list(read_fields(memoryview(content)))
        list(read_varints(memoryview(content)))
        read_graph(content)
    except (ValueError, UnicodeDecodeError):
        pass


@pytest.mark.parametrize("value", [0, -1, 2**62, -(2**63)])
def test_numbers_with_a_sign(value):
    (attribute,) = onnx.helper.make_node("X", [], [], number=value).attribute
    (found,) = (number for field, number in read_fields(memoryview(attribute.SerializeToString())) if field == 3)
    assert to_signed(found) == value


def test_more_outputs_are_what_onnx_reads():
    content = digit_model().SerializeToString()
    assert [each.name for each in onnx.load_from_string(add_outputs(content, ["flat"])).graph.output] == [
        "logits", "flat",
    ]  # fmt: skip
    graph = read_graph(content)
    assert [node.operator for node in graph.nodes] == ["Flatten", "MatMul"]
    assert graph.weights["weights"].shape == (784, 10)


def test_a_truncated_model_is_refused():
    content = digit_model().SerializeToString()
    with pytest.raises(ValueError, match="truncated"):
        read_graph(content[:1000])
