"""Many pictures, in several processes -> one file with a row a picture. Knows nothing of how a picture is read."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.core.cores import available_cores
from inkdigits.core.errors import PictureError, RunError
from inkdigits.core.progress import track
from inkdigits.read.bulk.formats import check_format, write_rows
from inkdigits.read.bulk.job_folder import JobFolder
from inkdigits.read.bulk.plan import Plan, merge_ranges
from inkdigits.read.bulk.row import ReadSettings, networks_digest
from inkdigits.read.bulk.sources.find_pictures import find_pictures
from inkdigits.read.bulk.worker_process import Part, PartReader, Row, WorkerProcess
from inkdigits.read.models.chosen import files_in_place
from inkdigits.read.patterns.constraint import make_constraint
from inkdigits.version import __version__

_LEAST_PICTURES = 8
"""Another process takes a second to start: it is worth that for so many pictures."""


@dataclass(frozen=True)
class BulkReading:
    """A finished job.

    Attributes:
        out: The file with a row a picture.
        pictures: How many there are.
        errors: How many of them could not be read; their rows have an `error`.
        seconds: How long reading took, without what was done before a resume.
        deaths: How often a process that reads died and was started again.
    """

    out: Path
    pictures: int
    errors: int
    seconds: float
    deaths: int = 0


def read_many(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    workers: int | None = None,
    address: str | None = None,
    resume: bool = False,
    column: str | None = None,
    single: bool = False,
    model: Path | str | Sequence[Path | str] | None = None,
    adapted: bool | Path | str = False,
    min_confidence: float | None = None,
    max_error: float | None = None,
    pattern: str | None = None,
    best: int | None = None,
    handwritten: bool = False,
) -> BulkReading:
    """Read many pictures into a file with a row a picture, in the order of the pictures.

    A picture that can't be read is a row with its `error`. A picture that ends the process that reads it three times is
    one, too. What is done is kept in OUT.parts beside the file until all is: after a kill, a power cut or Ctrl-C the
    same call with `resume=True` goes on, and every picture is in the file once.

    Args:
        paths: Pictures, folders (with all below), patterns such as `scans/*.png`, zip and tar files, .parquet and .csv
            tables with a column of paths or of image bytes, and .txt lists with a path a line; files of this machine,
            or addresses that fsspec knows.
        out: The file to make or replace: .jsonl, .csv or .parquet.
        workers: How many processes read, each with one thread; by default one for each core. On a cluster, as many as
            it has cores.
        address: A Ray cluster whose machines read: "auto", "ray://HOST:PORT", or "local" for a new one on this machine.
        resume: Whether to go on with a job that was stopped. Where none was, and `out` is there, nothing is done.
        column: Where tables have their pictures; by default the column with a usual name.
        single: Whether each picture is one digit.
        model: A network in place of the shipped one of its kind, or several, as `Reader` takes them.
        adapted: Whether to read with the user's adapted networks, or the data folder where they are.
        min_confidence: Least confidence of what is read, 0 … 1, in place of 0.5.
        max_error: The share of errors to expect among what is read, in place of `min_confidence`.
        pattern: A regular expression for the text of each line, as `Reader.read` takes it.
        best: So many candidates for each line, 1 … 100.
        handwritten: Whether to leave out printed digits, as far as the reader can tell them.

    Returns:
        How many pictures were read, and how many of them were errors.

    Raises:
        InkdigitsError: A folder or pattern has no pictures, a table no such column, the file can't be written, the
            model is none, no adapted networks are in use, the pattern is none, or a job that was stopped is not to be
            resumed, or is another one.

    Examples:
        >>> import json, tempfile
        >>> import PIL.Image
        >>> folder = Path(tempfile.mkdtemp())
        >>> PIL.Image.new("L", (60, 60), 255).save(folder / "empty.png")
        >>> done = read_many(folder / "empty.png", folder / "answers.jsonl")
        >>> done.pictures, done.errors, json.loads(done.out.read_text())["text"]
        (1, 0, '')
    """
    target = Path(out)
    check_format(target)
    names = [os.fspath(path) for path in ([paths] if isinstance(paths, str | os.PathLike) else paths)]
    models = tuple(map(str, files_in_place(model, adapted)))
    make_constraint(pattern, best, None)  # a wrong pattern is one error, not one for each picture
    digest = networks_digest(models)
    settings = ReadSettings(single, models, min_confidence, max_error, digest, pattern, best, handwritten)
    job = JobFolder(target)
    if resume and not job.exists and target.exists():
        return _finished_before(target)
    with job.lock():
        description = {"paths": names, "column": column, "version": __version__, **settings.to_dict()}
        total = _open_job(job, description, names, column, resume=resume)
        start_s = time.perf_counter()
        with _reader_factory(workers, address, total, settings) as readers:
            deaths = _read_parts(job, total, column, readers)
        seconds = time.perf_counter() - start_s
        parts = job.parts()
        write_rows(job.rows(), target)
        job.remove()
    return BulkReading(target, total, sum(part.errors for part in parts), seconds, deaths)


def _finished_before(out: Path) -> BulkReading:
    sys.stderr.write(f"note: {out} is whole: there is nothing to resume\n")
    return BulkReading(out, 0, 0, 0.0)


def _open_job(
    job: JobFolder, description: dict[str, Any], paths: Sequence[str], column: str | None, *, resume: bool
) -> int:
    """Start or resume a job; return how many pictures it has."""
    if job.exists and not resume:
        raise RunError(
            f"{job.path} has the answers of an unfinished job for {job.out}",
            expected="--resume, to continue it",
            mend="add --resume, or remove that folder to start again",
        )
    if job.exists:
        return job.resume(description)
    total = job.start(description, find_pictures(paths, column))
    if not total:
        job.remove()
        raise PictureError("there are no pictures", expected="at least one", mend="name pictures or folders of them")
    return total


ReaderFactory = tuple[int, Callable[[], PartReader]]
"""How many parts are read at once, and what makes a reader for each."""


@contextmanager
def _reader_factory(
    workers: int | None, address: str | None, total: int, settings: ReadSettings
) -> Iterator[ReaderFactory]:
    if address is not None:
        from inkdigits.read.bulk.ray_workers import ray_workers  # noqa: PLC0415  only clusters need Ray

        with ray_workers(address, workers, settings) as readers:
            yield readers
        return
    useful = -(-total // _LEAST_PICTURES)
    yield min(workers or min(available_cores(), useful), total), lambda: WorkerProcess(settings)


class _Readers:
    """Reads the parts of a plan with several readers at once.

    Args:
        job: Where parts are saved.
        plan: What to read.
        make_reader: Makes a reader.
        advance: Is told how many more pictures are done.
    """

    def __init__(
        self, job: JobFolder, plan: Plan, make_reader: Callable[[], PartReader], advance: Callable[[int], None]
    ) -> None:
        self._job, self._plan, self._make_reader, self._advance = job, plan, make_reader, advance
        self._readers: list[PartReader] = []
        self._lock, self._is_stopped = threading.Lock(), False

    def run(self) -> int:
        """Read part after part with one reader, until there are none left; return how often its process died."""
        with self._lock:
            reader = self._make_reader()
            self._readers.append(reader)
        try:
            while not self._is_stopped and (part := self._plan.next_part()) is not None:
                self._read(reader, part)
        finally:
            reader.close()
        return reader.deaths

    def _read(self, reader: PartReader, part: Part) -> None:
        rows: list[Row] = []
        start_s = time.perf_counter()
        for row in reader.read(part):
            rows.append(row)
            with self._lock:
                self._advance(1)
        if rows:  # of a part that was stopped, those that are done
            self._job.save(part.start, rows)
            self._plan.note(len(rows), time.perf_counter() - start_s)

    def stop(self) -> None:
        """End all readers soon: what they have read is saved."""
        with self._lock:
            self._is_stopped = True
            for reader in self._readers:
                reader.stop()


def _read_parts(job: JobFolder, total: int, column: str | None, readers: ReaderFactory) -> int:
    """Read and save all pictures that are not done yet; return how often a process died."""
    count, make_reader = readers
    done = merge_ranges([(part.start, part.size) for part in job.parts()])
    left = total - sum(size for _, size in done)
    if not left:
        return 0
    plan = Plan(job.references(), done, left, count, column)
    with track("Reading", left, unit="pictures") as advance, ThreadPoolExecutor(count, "reader") as threads:
        team = _Readers(job, plan, make_reader, advance)
        futures: list[Future[int]] = [threads.submit(team.run) for _ in range(count)]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        except KeyboardInterrupt:
            sys.stderr.write(f"stopped: what was read is in {job.path}; go on with --resume\n")
            raise
        finally:
            team.stop()
    return sum(future.result() for future in futures)
