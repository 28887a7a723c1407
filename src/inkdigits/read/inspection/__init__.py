"""What happens inside a network while it reads one digit: its layers, their activations, the sum behind each of them.

An exported network is an ONNX file. `graph.py` reads its nodes and weights with the few rules of protobuf that it needs
(`protobuf.py`), so neither torch nor onnx is imported. `layers.py` turns the nodes into layers, `inspector.py` runs a
second session that returns what every layer computes, `cell.py` retraces one sum, and `evidence.py` erases parts of a
digit to see what spoke for an answer. Plain reading uses the first session and is as fast as before.
"""
