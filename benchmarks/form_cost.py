"""Time and memory of reading one picture in a process of its own. Knows nothing of what is in it.

python benchmarks/form_cost.py PICTURE reads it once and prints seconds, processor seconds and memory as JSON.
"""

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import cv2

from inkdigits.core.types import Picture

PATIENCE_S = 300
"""A process that takes longer is ended."""


@dataclass(frozen=True)
class Cost:
    """What reading a picture took.

    Attributes:
        seconds: From opening the file to the answer, without the start of the process.
        processor_s: The same of all cores together.
        peak_mib: The most memory that the process held.
        answer: How many lines, refused lines and tables were found, or the error.
    """

    seconds: float
    processor_s: float
    peak_mib: float
    answer: str


def cost(picture: Picture, suffix: str = ".png") -> Cost:
    """Read a picture in a new process.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
        suffix: Of the file that it is stored in.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"page{suffix}"
        quality = [cv2.IMWRITE_JPEG_QUALITY, 92] if suffix == ".jpg" else [cv2.IMWRITE_PNG_COMPRESSION, 1]
        cv2.imwrite(str(path), picture[:, :, ::-1], quality)
        command = [sys.executable, __file__, str(path)]
        begun = time.perf_counter()
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            return Cost(time.perf_counter() - begun, 0.0, 0.0, f"not done after {PATIENCE_S} s")
        if done.returncode:
            last = (done.stderr.strip().splitlines() or [""])[-1]
            return Cost(time.perf_counter() - begun, 0.0, 0.0, f"exit status {done.returncode}: {last}")
        return Cost(**json.loads(done.stdout))


def _measure(path: Path) -> Cost:
    from side_by_side.child import peak_memory_mib  # noqa: PLC0415  only the child needs them

    from inkdigits.core.errors import InkdigitsError  # noqa: PLC0415
    from inkdigits.read.reader import Reader  # noqa: PLC0415

    reader = Reader()
    begun, processor = time.perf_counter(), time.process_time()
    try:
        answer = reader.read(path).to_dict()
        counted = (f"{len(answer.get(key, []))} {key}" for key in ("lines", "refused", "tables"))
        said = ", ".join(counted)
    except InkdigitsError as error:
        said = f"error: {error}"
    return Cost(time.perf_counter() - begun, time.process_time() - processor, peak_memory_mib() or 0.0, said)


if __name__ == "__main__":
    print(json.dumps(vars(_measure(Path(sys.argv[1])))))
