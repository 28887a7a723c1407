"""The draw pad and the HTTP interface over reading. Knows no maths and nothing of how networks learn.

How a request goes through the files:

1. `run.py` listens on the socket. `http/header_timeout.py` closes connections whose request head is too slow.
2. `app.py` puts the layers together: `http/metrics.py` counts, `http/security.py` checks host and origin,
   `http/fast_routes.py` finds the route, or leaves that to FastAPI.
3. A function in `routes/` answers. It reads the body with `http/request_body.py`, and takes what it needs from
   `services.py`: single digits go through `batching.py`, pictures through `worker_pool.py`, corrections to their store,
   adaptation to its own process (`adaptation_process.py`).
4. An error becomes a problem+json answer in `http/problems.py`.

To add a route, write it in a file of `routes/`, describe its JSON in `http/openapi_schemas.py`, and list its router in
`app.create_app`. To add a text of the page, give it a key in `static/strings.en.js` and in `static/strings.ko.js`.
"""

import os

# ONNX Runtime's own wheels send usage data with an id of the machine to their maker. Nothing may leave this machine.
# ONNX Runtime reads this when it is first imported, so it is set before any import.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
