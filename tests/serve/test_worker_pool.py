import threading

import numpy as np

from helpers.pictures import to_png
from helpers.servers import SMALL_LIMITS, serving
from inkdigits.serve.settings import Limits, Settings


def test_a_full_queue_refuses_and_says_when_to_retry(small):
    crowded = np.random.default_rng(0).integers(0, 2, (300, 300), dtype=np.uint8) * 255
    body = to_png(crowded)
    assert len(body) < SMALL_LIMITS.max_picture_bytes
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(small.post("/v1/read", body))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [answer for answer in answers if answer.status == 503]
    assert len(refused) < len(answers)
    assert refused
    assert {answer.code for answer in refused} == {"busy"}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)


def test_a_slow_picture_is_a_timeout(tmp_path, picture):
    limits = Limits(read_timeout_s=1e-4)
    with serving(Settings(port=0, data_dir=tmp_path, limits=limits)) as client:
        assert client.post("/v1/read", picture).code == "busy"
