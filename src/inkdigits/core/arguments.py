"""Misspelt argument names -> an error that names the right one. Knows nothing of what the arguments mean."""

from collections.abc import Callable, Collection, Iterable
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar

from inkdigits.core.errors import ArgumentError
from inkdigits.core.spelling import suggest

_P = ParamSpec("_P")
_T = TypeVar("_T")


Advise = Callable[[str, Collection[str], str], str]
"""An unknown name, the names that there are, and what to say if none is similar -> advice."""


def check_names(given: Iterable[str], allowed: Collection[str], called: str, advise: Advise = suggest) -> None:
    """Check the names of keyword arguments.

    Args:
        given: The names that were given.
        allowed: The names that there are.
        called: What was called, for the error.
        advise: Finds the name that was meant.

    Raises:
        ArgumentError: A name is unknown; it suggests a similar one.

    Examples:
        >>> check_names(["unit"], ["units", "activation"], "Dense")
        Traceback (most recent call last):
        inkdigits.core.errors.ArgumentError: Dense() has no argument unit; expected one of units, activation; \
did you mean units?
    """
    for name in given:
        if name not in allowed:
            raise ArgumentError(
                f"{called}() has no argument {name}",
                expected=f"one of {', '.join(allowed)}",
                mend=advise(name, allowed, f"leave {name} out"),
            )


def with_checked_names(called: str) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Return a decorator for functions that answer a misspelt argument with the right name.

    Args:
        called: What to call the function in the error.
    """

    def decorate(function: Callable[_P, _T]) -> Callable[_P, _T]:
        allowed = [name for name in signature(function).parameters if name != "self"]

        @wraps(function)
        def checked(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            check_names(kwargs, allowed, called)
            return function(*args, **kwargs)

        return checked

    return decorate
