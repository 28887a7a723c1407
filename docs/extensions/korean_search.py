"""Search in Korean: words lose their particles and endings, and are found inside compounds. English words are stemmed.

The page splits what is asked for in the same way, by the JavaScript that is made here from the same list.
"""

import json
import re

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

_PARTICLES = (
    "은 는 이 가 을 를 의 에 와 과 도 만 로 나 며 고 면 지 서 "
    "에서 으로 에게 한테 까지 부터 보다 처럼 마다 조차 마저 이나 이란 이란 라는 라고 이라는 이라고 이며 이고 이면 들 "
    "로서 로써 으로서 으로써 만큼 대로 뿐 씩 쯤 께 "
    "다 이다 였다 이었다 입니다 이었습니다 였습니다 습니다 세요 "
    "하 할 한 해 하는 하다 하여 하기 하게 하지 하려면 합니다 했 했습니다 하였습니다 하세요 "
    "되 될 된 돼 되는 되다 되어 되기 되게 되지 됩니다 됐습니다 되었 되었습니다 "
    "시키 시킨 시킬 시킵니다 시키는"
)
ENDINGS = sorted(set(_PARTICLES.split()), key=lambda ending: (-len(ending), ending))
"""What a word may end with, long ones first."""

CLEAR = ("을", "를", "에서", "으로")
"""Particles that may leave a word of one syllable: a word of two seldom ends so by chance."""

_WORD = re.compile(r"[가-힣]+|[^\W가-힣]+")

_SPLITTER = """
const endings = %s, clear = %s;
function stemKorean(word) {
  for (;;) {
    const ending = endings.find(
      (one) => word.endsWith(one) && word.length - one.length >= (clear.includes(one) ? 1 : 2));
    if (!ending) return word;
    word = word.slice(0, word.length - ending.length);
  }
}
function splitQuery(query) {
  const words = query.match(/[가-힣]+|(?:(?![가-힣])[\\p{Letter}\\p{Number}_])+/gu) || [];
  const kept = words.filter((word) => words.length === 1 || !endings.includes(word));
  return kept.map((word) => (/^[가-힣]/.test(word) ? stemKorean(word) : word));
}
"""


def stem_korean(word: str) -> str:
    """Return a word without its particles and endings.

    Args:
        word: Of Hangul alone.

    Examples:
        >>> stem_korean("과적합을"), stem_korean("학습합니다"), stem_korean("층을")
        ('과적합', '학습', '층')
    """
    while True:
        for ending in ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= (1 if ending in CLEAR else 2):
                word = word.removesuffix(ending)
                break
        else:
            return word


def terms(word: str) -> list[str]:
    """Return what a word of Hangul is found by: its stem, and each two syllables of it.

    Longer parts need no entry: the search looks for three letters and more inside of words.

    Args:
        word: Of Hangul alone.

    Examples:
        >>> terms("은닉층의")
        ['은닉층', '은닉', '닉층']
    """
    stem = stem_korean(word)
    return [stem, *(stem[start : start + 2] for start in range(len(stem) - 1) if len(stem) > 2)]


class SearchKorean(SearchEnglish):
    """Korean pages, with English words in them."""

    lang = "ko"
    js_splitter_code = _SPLITTER % (json.dumps(ENDINGS, ensure_ascii=False), json.dumps(CLEAR, ensure_ascii=False))

    def split(self, input: str) -> list[str]:  # noqa: A002
        """Return the terms of a text.

        Args:
            input: A text; Sphinx names it so.
        """
        found = []
        for word in _WORD.findall(input):
            if "가" <= word[0] <= "힣":
                found += [] if word in ENDINGS else terms(word)
            else:
                found.append(word)
        return found


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the language.

    Args:
        app: The build.

    Returns:
        That pages may be read and written side by side.
    """
    app.add_search_language(SearchKorean)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
