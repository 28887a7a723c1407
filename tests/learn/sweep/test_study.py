import pytest

from inkdigits.learn.sweep.space import Dimension
from inkdigits.learn.sweep.study import Study

pytest.importorskip("optuna")

SPACE = (Dimension("batch_size", (50, [1, 2])), Dimension("rate", (), 1e-4, 1e-1, log=True), Dimension("n", (), 1, 9))


def open_study(folder, seed=1):
    return Study(folder / "journal.log", SPACE, seed, parallel=False)


def test_values_lie_in_the_space_and_go_towards_the_better(tmp_path):
    study = open_study(tmp_path)
    rates = []
    for _ in range(40):
        trial = study.ask()
        assert trial.values["batch_size"] in (50, [1, 2])
        assert 1e-4 <= trial.values["rate"] <= 1e-1
        assert trial.values["n"] in range(1, 10)
        rates.append(trial.values["rate"])
        study.complete(trial.number, 1 - trial.values["rate"])
    assert sum(rates[20:]) < sum(rates[:20]) / 2
    assert max(study.importance(), key=study.importance().get) == "rate"


def test_the_worst_third_ends_at_the_first_rung(tmp_path):
    study = open_study(tmp_path)
    ended = []
    for accuracy in (0.9, 0.8, 0.95, 0.1, 0.2, 0.99):
        trial = study.ask()
        ended.append(study.should_prune(trial.number, 0.12, accuracy))
        study.prune(trial.number) if ended[-1] else study.complete(trial.number, accuracy)
    assert ended == [False, True, False, True, True, False]
    assert not study.should_prune(study.ask().number, 1.0, 0.01)  # done is done
    assert [record.state for record in study.records()][:3] == ["complete", "pruned", "complete"]
    assert study.records()[1].accuracy == 0.8


def test_after_a_kill_torn_trials_are_asked_for_again_and_others_are_not(tmp_path):
    study = open_study(tmp_path)
    done, torn, wrong = study.ask(), study.ask(), study.ask()
    study.complete(done.number, 0.5)
    study.fail(wrong.number, "no such thing")
    (tmp_path / "journal.log.lock").touch()  # killed while it wrote
    resumed = open_study(tmp_path)
    assert [(each.number, each.state, each.error) for each in resumed.records()] == [
        (0, "complete", None),
        (2, "failed", "no such thing"),
    ]
    again, fresh = resumed.ask(), resumed.ask()
    assert (again.values, again.folder) == (torn.values, torn.folder)
    assert fresh.folder == "004"
    assert fresh.values not in (done.values, torn.values, wrong.values)


def test_few_or_equal_trials_tell_nothing_of_importance(tmp_path):
    study = open_study(tmp_path)
    for _ in range(5):
        assert study.importance() == {}
        study.complete(study.ask().number, 0.5)
