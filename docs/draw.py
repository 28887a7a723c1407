"""Draws the pictures of the explanations from arithmetic and from what was measured.

python docs/draw.py              # docs/explanations/pictures/*.svg, the same bytes each time
python docs/draw.py --measure    # measure first: needs MNIST and ten minutes; or --measure losses line
"""

import argparse
from pathlib import Path

from drawings.learning import LEARNING
from drawings.networks import NETWORKS
from drawings.results import RESULTS

PICTURES = Path(__file__).with_name("explanations") / "pictures"

DRAWINGS = NETWORKS | LEARNING | RESULTS


def draw(name: str) -> str:
    """Return the text of a picture's file.

    Args:
        name: One of `DRAWINGS`.
    """
    return DRAWINGS[name](name)


def main() -> None:
    """Write all pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--measure", nargs="*", metavar="PART", help="measure first")
    parts = parser.parse_args().measure
    if parts is not None:
        from drawings.measure import measure  # noqa: PLC0415  (torch is only needed to measure)

        measure(parts)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name in DRAWINGS:
        (PICTURES / f"{name}.svg").write_text(draw(name), "utf-8")


if __name__ == "__main__":
    main()
