"""Public docstrings say what goes in and what comes out, and of arrays their shape, dtype and range."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "inkdigits"
FILES = sorted(PACKAGE.rglob("*.py"))

ARRAYS = {
    "NDArray", "Tensor", "Image", "Images", "Labels", "Picture", "Probabilities", "Mask", "Ink", "Arrays", "Frames",
    "Grey", "LabelMap", "Histogram",
}  # fmt: skip
SHAPE = re.compile(r"\((?:…|\.\.\.|[A-Za-z0-9]+|,|\s|/|\+|-|\*|×|·)*\)|any shape|scalar")
DTYPE = re.compile(r"\b(u?int(8|16|32|64)|intp|float(16|32|64)?|bool|bytes|dtype)\b")
RANGE = re.compile(
    r"\d,? … |in 0|\b(0|1|255) (is|are|for|where|or|and)\b|sum(ming|s)? to 1|probabilit|any (finite )?(value|number)|"
    r"finite|class number|counted|pixels|radians|at least [01]|\bbool\b|permutation|nats",
    re.IGNORECASE,
)


def public_functions(tree):
    """Yield (name, node, is_method) of functions and methods whose whole path is public."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node.name, node, False
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and (
                    not inner.name.startswith("_") or inner.name == "__call__"
                ):
                    yield f"{node.name}.{inner.name}", inner, True


def is_plain(node):
    """Whether a function is documented elsewhere: overloads, properties' setters, commands whose options have help."""
    names = {ast.unparse(decorator) for decorator in node.decorator_list}
    is_command = any(re.search(r"typer\.|Option\b", ast.unparse(one)) for one in annotations(node).values())
    return "overload" in names or is_command


def annotations(node):
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return {
        one.arg: one.annotation
        for one in every
        if one is not None and one.arg not in ("self", "cls") and not one.arg.startswith("_") and one.annotation
    }


def section(text, title):
    """Return the indented text below `title:`, "" where there is none."""
    found = re.search(rf"^{title}:\n((?:[ \t]+.*\n?|\n)+)", text, re.MULTILINE)
    return found[1] if found else ""


def entry(arguments, name):
    """Return what an Args section says of one argument."""
    found = re.search(rf"^ +\*{{0,2}}{re.escape(name)}(?: \(.*?\))?:(.*(?:\n {{8,}}.*)*)", arguments, re.MULTILINE)
    return found[1] if found else ""


def is_array(annotation):
    names = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}
    # Containers of arrays, callables and unions with other things say more than one shape: they are for the reader.
    outer = (
        annotation.value.id if isinstance(annotation, ast.Subscript) and isinstance(annotation.value, ast.Name) else ""
    )
    return bool(names & ARRAYS) and outer in ("", "NDArray", "dict", "list", "Sequence", "Iterable", "Iterator")


def faults(path):
    tree = ast.parse(path.read_text("utf-8"))
    for name, node, _ in public_functions(tree):
        if is_plain(node):
            continue
        text = ast.get_docstring(node) or ""
        first = text.partition("\n")[0]
        arguments, given = section(text, "Args"), annotations(node)
        if given and not arguments:
            yield f"{name}: no Args"
        returns = node.returns
        gives = returns is not None and ast.unparse(returns) not in ("None", "NoReturn")
        told = section(text, "Returns") or section(text, "Yields")
        says = re.match(r"(Return|Yield|Tell|Whether|Say)", first)
        is_property = any("property" in ast.unparse(one) for one in node.decorator_list)
        if gives and not (told or says or is_property):
            yield f"{name}: no Returns"
        for argument, annotation in given.items():
            if is_array(annotation):
                yield from lacks(f"{name}: {argument}", entry(arguments, argument))
        if gives and is_array(returns):
            yield from lacks(
                f"{name}: result", told + (first if says or is_property else "") + text.partition("Args:")[0]
            )


def lacks(where, text):
    for what, pattern in (("shape", SHAPE), ("dtype", DTYPE), ("range", RANGE)):
        if not pattern.search(text):
            yield f"{where}: no {what}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_public_docstrings_are_whole(path):
    assert list(faults(path)) == []


def test_what_is_missing_is_found(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(
        "def scale(images: NDArray[np.uint8], by: float) -> NDArray[np.float32]:\n"
        '    """Scale pictures.\n\n    Args:\n        images: Pictures.\n        by: Factor.\n    """\n'
        'def name(path: Path) -> str:\n    """Return a name."""\n',
        "utf-8",
    )
    assert list(faults(path)) == [
        "scale: no Returns",
        "scale: images: no shape",
        "scale: images: no dtype",
        "scale: images: no range",
        "scale: result: no shape",
        "scale: result: no dtype",
        "scale: result: no range",
        "name: no Args",
    ]
