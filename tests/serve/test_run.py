import threading
import time

import numpy as np

from helpers.pictures import to_png
from helpers.servers import serving
from inkdigits.serve.settings import Settings


def test_open_requests_are_answered_before_the_end(tmp_path):
    crowded = to_png(np.random.default_rng(0).integers(0, 2, (300, 300), dtype=np.uint8) * 255)
    answers = []
    with serving(Settings(port=0, data_dir=tmp_path)) as client:
        thread = threading.Thread(target=lambda: answers.append(client.post("/v1/read", crowded)))
        thread.start()
        while "inkdigits_pictures_waiting 1.0" not in client.get("/metrics").body.decode() and not answers:
            time.sleep(0.005)
    thread.join()
    assert answers[0].status == 200
