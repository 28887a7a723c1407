"""Whatever was done before, the parts of a plan have every other picture once, in order."""

from hypothesis import given
from hypothesis import strategies as st

from inkdigits.read.bulk.plan import Plan, merge_ranges
from inkdigits.read.bulk.sources.reference import PictureReference


@given(done=st.lists(st.booleans(), min_size=1, max_size=60), readers=st.integers(1, 4), seconds=st.floats(0, 9))
def test_every_picture_that_is_left_once(done, readers, seconds):
    ranges = merge_ranges([(number, 1) for number, is_done in enumerate(done) if is_done])
    pictures = [PictureReference(str(number), str(number)) for number in range(len(done))]
    plan = Plan(iter(pictures), ranges, done.count(False), readers)
    planned = []
    while (part := plan.next_part()) is not None:
        plan.note(len(part.references), seconds)
        numbers = [int(reference.source) for reference in part.references]
        assert numbers == list(range(part.start, part.start + len(numbers)))
        planned += numbers
    assert planned == [number for number, is_done in enumerate(done) if not is_done]


def test_bytes_go_along_with_their_pictures(tmp_path):
    (tmp_path / "list.csv").write_text("bytes\n" + "QUJD\n" * 40)
    pictures = [PictureReference(f"#{n}", str(tmp_path / "list.csv"), "stream", n) for n in range(40)]
    plan = Plan(iter(pictures), [], 40, 1)
    parts = list(iter(plan.next_part, None))
    assert [content for part in parts for content in part.contents] == [b"ABC"] * 40
