"""Korean words are found whatever follows them, and the page splits a query as the index does."""

import json
import shutil
import subprocess

import pytest
from extensions.korean_search import SearchKorean, stem_korean, terms

NODE = shutil.which("node")

WORDS = [
    "과적합을",
    "손실은",
    "정확도가",
    "정확도를",
    "학습합니다",
    "학습시킨",
    "은닉층에서의",
    "층을",
    "결과",
    "데이터",
    "가",
    "MNIST에서",
]


def test_particles_and_endings_fall_away():
    assert [stem_korean(word) for word in ("과적합을", "손실은", "은닉층에서의", "학습합니다", "결과", "층을")] == [
        "과적합",
        "손실",
        "은닉층",
        "학습",
        "결과",
        "층",
    ]
    assert stem_korean("정확도를") == stem_korean("정확도")


def test_two_syllables_inside_a_word_are_found():
    assert terms("검증데이터를") == ["검증데이터", "검증", "증데", "데이", "이터"]


def test_english_words_between_korean_ones_are_stemmed():
    search = SearchKorean({})
    assert [search.stem(word) for word in search.split("MNIST를 학습한 networks")] == ["mnist", "학습", "network"]


@pytest.mark.skipif(NODE is None, reason="there is no node")
def test_the_page_splits_as_the_index_does():
    script = f"{SearchKorean.js_splitter_code}\nconsole.log(JSON.stringify({json.dumps(WORDS)}.map(splitQuery)))"
    done = subprocess.run([NODE, "-e", script], check=True, capture_output=True, text=True)
    search = SearchKorean({})
    for word, asked in zip(WORDS, json.loads(done.stdout), strict=True):
        assert set(asked) <= {*search.split(word), word}, word
        assert asked, word
