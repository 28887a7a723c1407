import threading

from helpers.servers import serving
from inkdigits.serve.settings import Settings


def test_digits_of_many_clients_are_read_together(tmp_path, digit_one):
    with serving(Settings(port=0, data_dir=tmp_path)) as client:
        body = [digit_one.tolist()]
        alone = client.post("/v1/digits", body).json
        answers = []
        threads = [
            threading.Thread(target=lambda: answers.extend(client.post("/v1/digits", body).json for _ in range(5)))
            for _ in range(16)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 80
        for answer in answers:
            assert answer["digits"][0]["digit"] == alone["digits"][0]["digit"]
            assert abs(answer["digits"][0]["confidence"] - alone["digits"][0]["confidence"]) < 1e-3
        text = client.get("/metrics").body.decode()
        calls = next(
            float(line.split()[1]) for line in text.splitlines() if line.startswith("inkdigits_batch_digits_count")
        )
        assert calls <= 81


def test_more_digits_than_may_wait_are_refused(small, digit_one):
    assert small.post("/v1/digits", [digit_one.tolist()] * 9).code == "busy"
    assert small.post("/v1/digits", [digit_one.tolist()] * 8).status == 200
