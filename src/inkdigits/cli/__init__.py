"""The command `inkdigits`: parse, call, print. Knows nothing of how anything is computed.

`app.py` is the entry point and turns errors into exit statuses; `commands.py` lists the commands; `options.py` holds
the options that several share; `console.py` prints. Each command is one function in a file of its name.

To add a command, write `NAME.py` with a Typer function `NAME`, add the name to `COMMANDS` in `commands.py`, and run
`make docs`. Import heavy modules (torch, onnxruntime, OpenCV) inside the function, so that `inkdigits --help` is fast.
"""
