"""Pictures of surfaces without writing: walls, wood, cloth, leaves, rooms. Knows nothing of networks or results.

Each function makes a grey picture (height, width), float32, about 0 … 255. All random choices come from the generator.
"""

from collections.abc import Callable
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Grey: TypeAlias = NDArray[np.float32]
"""Light, (height, width), float32, about 0 … 255."""

Maker: TypeAlias = Callable[[int, int, np.random.Generator], Grey]


def blurred(picture: Grey, size: float) -> Grey:
    """Return a picture out of focus by `size` pixels."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), max(size, 0.1)), np.float32)


def clouds(height: int, width: int, coarsest: float, fading: float, generator: np.random.Generator) -> Grey:
    """Make noise of all sizes, mean about 0 and deviation 1.

    Args:
        height: In pixels.
        width: In pixels.
        coarsest: Size in pixels of the largest lumps.
        fading: How strong lumps of half the size are, against those before.
        generator: Source of all random choices.
    """
    total, strength, cell = np.zeros((height, width), np.float32), 1.0, coarsest
    while cell >= 1:
        rows, columns = int(height / cell) + 3, int(width / cell) + 3
        small = generator.standard_normal((rows, columns), dtype=np.float32)
        total += np.float32(strength) * cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
        strength *= fading
        cell /= 2
    return np.asarray(total / max(float(total.std()), 1e-6), np.float32)


def lit(relief: Grey, generator: np.random.Generator) -> Grey:
    """Return how bright a rough surface is in light that comes from one side, deviation 1."""
    angle = generator.uniform(0, 2 * np.pi)
    down, across = np.gradient(relief)
    slope = np.float32(np.cos(angle)) * across + np.float32(np.sin(angle)) * down
    return np.asarray(slope / max(float(slope.std()), 1e-6), np.float32)


def plaster(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make rough plaster, lit from the side."""
    relief = clouds(height, width, generator.uniform(8, 60), generator.uniform(0.4, 0.8), generator)
    relief = blurred(relief, generator.uniform(0.5, 3))
    return np.float32(generator.uniform(90, 220)) + np.float32(generator.uniform(6, 30)) * lit(relief, generator)


def lumps(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make a wall with soft dark and bright patches of one size."""
    lump = generator.uniform(5, 40)
    rough = clouds(height, width, lump, generator.uniform(0, 0.5), generator)
    return np.float32(generator.uniform(70, 230)) + np.float32(generator.uniform(8, 30)) * rough


def concrete(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make concrete: blotches, and pores of many sizes."""
    picture = generator.uniform(110, 200) + generator.uniform(4, 14) * clouds(height, width, 120, 0.7, generator)
    picture = np.asarray(picture, np.float32)
    for _ in range(int(generator.integers(3, 60))):
        centre = (int(generator.integers(width)), int(generator.integers(height)))
        axes = (int(generator.integers(1, 6)), int(generator.integers(1, 6)))
        dark = float(picture[centre[1], centre[0]] * generator.uniform(0.35, 0.8))
        cv2.ellipse(picture, centre, axes, float(generator.uniform(0, 180)), 0, 360, dark, -1, cv2.LINE_AA)
    return blurred(picture, generator.uniform(0.4, 1.2))


def wood(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make planks with wood grain, joints between them and sometimes a knot."""
    along, across = (width, height) if generator.random() < 0.5 else (height, width)
    y, x = np.mgrid[0:across, 0:along].astype(np.float32)
    bend = 12 * cv2.resize(clouds(max(4, across // 8), max(4, along // 40), 8, 0.5, generator), (along, across))
    rings = (y + bend) * np.float32(2 * np.pi / generator.uniform(4, 30))
    picture = np.float32(generator.uniform(90, 190)) + np.float32(generator.uniform(5, 25)) * np.sin(rings)
    if generator.random() < 0.5:
        knot = np.hypot((x - along * generator.random()) / 2, y - across * generator.random())
        picture -= np.float32(generator.uniform(20, 70)) * np.exp(-((knot / np.float32(generator.uniform(4, 16))) ** 2))
    if generator.random() < 0.6:
        for joint in np.arange(generator.uniform(0, 60), across, generator.uniform(40, 160)).astype(int):
            picture[joint : joint + int(generator.integers(1, 5))] *= np.float32(generator.uniform(0.3, 0.8))
    picture = blurred(np.asarray(picture, np.float32), generator.uniform(0.4, 1.5))
    return picture if along == width else np.ascontiguousarray(picture.T)


def bricks(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make a brick wall, each brick of its own shade."""
    course = generator.uniform(18, 90)
    brick, joint = course * generator.uniform(1.5, 3.2), max(1, round(course * generator.uniform(0.04, 0.16)))
    picture = np.full((height, width), generator.uniform(130, 220), np.float32)
    base, spread = generator.uniform(60, 140), generator.uniform(2, 18)
    for row, top in enumerate(np.arange(-course * generator.random(), height, course)):
        for left in np.arange(-brick + (row % 2) * brick / 2, width, brick):
            corners = (round(left + joint), round(top + joint)), (round(left + brick), round(top + course))
            cv2.rectangle(picture, *corners, float(generator.normal(base, spread)), -1)
    picture += np.float32(generator.uniform(2, 10)) * clouds(height, width, 16, 0.7, generator)
    return _rotated(blurred(picture, generator.uniform(0.4, 1.5)), generator.normal(0, 3))


def tiles(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make tiles with joints and a reflection of the light."""
    side = generator.uniform(30, 140)
    tall = side * generator.choice([1.0, 1.0, 0.5, 2.0])
    joint = max(1, round(side * generator.uniform(0.02, 0.08)))
    picture = np.full((height, width), generator.uniform(120, 230), np.float32)
    shade = float(generator.uniform(0.5, 0.85) if generator.random() < 0.7 else generator.uniform(1.1, 1.3))
    for x in np.arange(generator.uniform(0, side), width, side).astype(int):
        picture[:, x : x + joint] *= shade
    for y in np.arange(generator.uniform(0, tall), height, tall).astype(int):
        picture[y : y + joint] *= shade
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    far = np.hypot(x - width * generator.random(), y - height * generator.random())
    picture += np.float32(generator.uniform(0, 60)) * np.exp(-((far / np.float32(0.4 * width)) ** 2))
    return _rotated(blurred(picture, generator.uniform(0.4, 1.2)), generator.normal(0, 6))


def cloth(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make woven cloth with folds."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    period = np.float32(2 * np.pi / generator.uniform(3, 12))
    weave = np.sin(x * period) * np.sin(y * period * np.float32(generator.uniform(0.6, 1.4)))
    folds = clouds(height, width, generator.uniform(60, 250), 0.3, generator)
    bright, deep = generator.uniform(80, 200), generator.uniform(5, 35)
    picture = bright + generator.uniform(2, 16) * weave + deep * lit(blurred(folds, 6), generator)
    return blurred(np.asarray(picture, np.float32), generator.uniform(0.4, 1))


def stripes(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make wallpaper, blinds or a fence: vertical, horizontal or slanted stripes."""
    angle = generator.choice([0, np.pi / 2, generator.uniform(0, np.pi)])
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    phase = (x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))) / np.float32(generator.uniform(15, 90))
    wide = (phase + generator.random()) % 1 < generator.uniform(0.08, 0.6)
    picture = generator.uniform(140, 230) - generator.uniform(20, 130) * wide
    return blurred(np.asarray(picture, np.float32), generator.uniform(0.4, 3))


def leaves(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make leaves or gravel: many small overlapping shapes, each with its shadow."""
    picture = np.full((height, width), generator.uniform(20, 60), np.float32)
    size, slim = generator.uniform(6, 40), generator.uniform(0.3, 1)
    for _ in range(int(min(2500, 3 * height * width / (size * size * slim)))):
        centre = np.array([generator.integers(width), generator.integers(height)])
        axes = (
            max(1, round(size * generator.uniform(0.5, 1.2))),
            max(1, round(size * slim * generator.uniform(0.5, 1))),
        )
        turn = float(generator.uniform(0, 180))
        cv2.ellipse(picture, (centre + 2).tolist(), axes, turn, 0, 360, float(generator.uniform(15, 60)), -1)
        cv2.ellipse(picture, centre.tolist(), axes, turn, 0, 360, float(generator.uniform(70, 220)), -1, cv2.LINE_AA)
    return blurred(picture, generator.uniform(0.4, 2))


def room(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make a room out of focus: a few large things, their edges soft."""
    picture = np.full((height, width), generator.uniform(80, 220), np.float32)
    for _ in range(int(generator.integers(1, 9))):
        centre = (int(generator.integers(width)), int(generator.integers(height)))
        sides = (float(generator.uniform(0.03, 0.6) * width), float(generator.uniform(0.03, 0.6) * height))
        shade, turn = float(generator.uniform(20, 250)), float(generator.choice([0, generator.uniform(0, 180)]))
        if generator.random() < 0.6:
            corners = cv2.boxPoints((centre, sides, turn)).round().astype(np.int32)
            cv2.fillPoly(picture, [corners], shade)
        else:
            cv2.ellipse(picture, centre, (int(sides[0] / 2), int(sides[1] / 2)), turn, 0, 360, shade, -1)
    return blurred(picture, generator.uniform(0.015, 0.08) * max(height, width))


def cracked(height: int, width: int, generator: np.random.Generator) -> Grey:
    """Make a painted wall with cracks that run from edge to edge and branch."""
    picture = plaster(height, width, generator) if generator.random() < 0.5 else lumps(height, width, generator)
    picture = np.asarray(picture.mean() + 0.3 * (picture - picture.mean()), np.float32)
    ends = [(generator.uniform(0, width), 0.0, np.pi / 2) for _ in range(int(generator.integers(1, 4)))]
    steps = 0
    while ends and steps < 3000:
        x, y, heading = ends.pop()
        while 0 <= x < width and 0 <= y < height and steps < 3000:
            steps += 1
            heading += generator.normal(0, 0.35)
            step = generator.uniform(3, 12)
            to = (x + step * np.cos(heading), y + step * np.sin(heading))
            dark = float(picture.mean() * generator.uniform(0.3, 0.6))
            cv2.line(
                picture, (round(x), round(y)), (round(to[0]), round(to[1])), dark, 1 + (steps % 7 == 0), cv2.LINE_AA
            )
            if generator.random() < 0.02:
                ends.append((*to, heading + generator.choice([-0.9, 0.9])))
            x, y = to
    return blurred(picture, generator.uniform(0.3, 0.8))


def _rotated(picture: Grey, degrees: float) -> Grey:
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REFLECT), np.float32)


SURFACES: dict[str, Maker] = {
    make.__name__: make
    for make in (plaster, lumps, concrete, wood, bricks, tiles, cloth, stripes, leaves, room, cracked)
}
"""By name."""
