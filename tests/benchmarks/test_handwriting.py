import pytest
import reading
from handwriting import Sample, choose_sets

SETS = {name: [Sample(name, __file__, "7")] for name in ("keunyoung", "orand_car_a_val", "tbnr")}


def test_the_cheques_are_left_out_unless_asked_for():
    assert list(choose_sets(SETS, None)) == ["keunyoung", "tbnr"]
    assert list(choose_sets(SETS, ["orand_car_a_val"])) == ["orand_car_a_val"]
    assert list(choose_sets(SETS, ["all"])) == list(SETS)


def test_a_set_that_is_not_there_is_told():
    with pytest.raises(ValueError, match="no set keunyung; there are keunyoung, orand_car_a_val, tbnr"):
        choose_sets(SETS, ["keunyung", "tbnr"])


def test_the_help_and_the_record_say_so(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["reading.py", "--help"])
    with pytest.raises(SystemExit):
        reading._options()
    assert "by default all but orand_car_a_val" in " ".join(capsys.readouterr().out.split())
    (line,) = reading._left_out({"orand_car_a_val", "tbnr"})
    assert line.startswith("Left out: orand_car_a_val, looked at too often")
    assert reading._left_out({"tbnr"}) == []
