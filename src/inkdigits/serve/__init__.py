"""The draw pad and the HTTP interface over reading. Knows no maths and nothing of how networks learn."""

import os

# ONNX Runtime's own wheels make an id of the machine and tell their maker how they are used: nothing leaves here.
# It looks when it is first imported, so this stands where nothing of it can have been imported yet.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
