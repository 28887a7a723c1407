"""libtiff without its messages on standard error. Knows nothing of TIFF files.

Pillow decodes compressed TIFFs with libtiff, which writes a line to file descriptor 2 for each fault. To redirect the
descriptor would take the messages of other threads, too. libtiff's own handlers are switched off instead.
"""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import PIL._imaging

_SETTERS = ("TIFFSetErrorHandler", "TIFFSetWarningHandler")


class _Handlers:
    """libtiff's handlers of messages: off while anybody needs silence, then as they were."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._previous: list[int | None] = []

    def acquire(self) -> None:
        with self._lock:
            if not self._users:
                self._previous = _set_handlers([None] * len(_SETTERS))
            self._users += 1

    def release(self) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                _set_handlers(self._previous)


_handlers = _Handlers()


@contextmanager
def silence_libtiff() -> Iterator[None]:
    """Return a context without libtiff's messages; several threads may be in one at the same time.

    Where Pillow carries libtiff without its symbols (on Windows), the messages stay.
    """
    _handlers.acquire()
    try:
        yield
    finally:
        _handlers.release()


def _set_handlers(handlers: list[int | None]) -> list[int | None]:
    """Set the handlers for errors and warnings; return those before."""
    try:
        # A symbol is also looked for in the libraries that Pillow's own one is linked with.
        library = ctypes.CDLL(PIL._imaging.__file__)
        setters = [library[name] for name in _SETTERS]
    except (AttributeError, OSError):
        return handlers
    previous = []
    for setter, handler in zip(setters, handlers, strict=True):
        setter.argtypes, setter.restype = [ctypes.c_void_p], ctypes.c_void_p
        previous.append(setter(handler))
    return previous
