"""Medians, ratios and tables of the benchmark that trains side by side."""

import pytest
from side_by_side.figures import compare, ratios, spread, summarise
from side_by_side.tables import count, markdown_table, network_table, overview, times


def report(rate, **values):
    return {"examples_per_s": rate, "test_accuracy": 0.98, "made_with": {"numpy": "2"}} | values


def test_spread_is_median_least_and_most():
    assert spread([3.0, 1.0, 10.0]) == {"median": 3.0, "least": 1.0, "most": 10.0}
    assert spread([1.0, 2.0])["median"] == 1.5


def test_numbers_that_a_system_does_not_tell_are_left_out():
    summary = summarise([report(10, peak_memory_mib=None), report(20, peak_memory_mib=None)])
    assert summary["examples_per_s"]["median"] == 15
    assert "peak_memory_mib" not in summary


def test_ratios_are_of_the_same_repeat():
    # Both halve their rate in the second repeat: the ratio stays, that of the medians would not.
    ours, theirs = [report(300), report(150), report(330)], [report(100), report(50), report(100)]
    assert ratios(ours, theirs) == pytest.approx({"median": 3.0, "least": 3.0, "most": 3.3})


def test_repeats_of_which_one_is_missing_are_not_compared():
    with pytest.raises(ValueError, match="shorter"):
        ratios([report(1), report(1)], [report(1)])


def test_ours_is_compared_with_the_fastest_of_the_others():
    figures = compare({"ours": [report(400)], "slow": [report(50)], "fast": [report(200)]}, "ours")
    assert figures["best_peer"] == "fast"
    assert figures["ratio_to_best_peer"]["median"] == 2
    assert figures["contenders"]["slow"]["ours_to_it"]["median"] == 8


def test_without_peers_or_without_ours_nothing_is_compared():
    alone = compare({"ours": [report(400)]}, "ours")
    assert (alone["best_peer"], alone["ratio_to_best_peer"]) == (None, None)
    peers = compare({"one": [report(400)]}, "ours")
    assert (peers["best_peer"], peers["ratio_to_best_peer"]) == ("one", None)


def test_numbers_are_written_with_their_spread():
    assert count({"median": 41250.4, "least": 40000.0, "most": 42000.0}) == "41,250 (40,000 – 42,000)"
    assert times({"median": 3.512, "least": 3.4, "most": 3.6}) == "3.51 × (3.40 – 3.60)"


def test_the_table_of_a_network_has_the_fastest_first():
    seconds = {"import_s": 1.0, "setup_s": 2.0, "train_s": 3.0, "wall_s": 6.5, "peak_memory_mib": 512.0}
    reports = {"theirs": [report(1000, **seconds)], "ours": [report(4000, **seconds)]}
    figures = compare(reports, "ours") | {"ours": "ours", "batch_size": 100}
    head, _, first, second = network_table(figures).splitlines()
    assert head.startswith("| contender | examples/s | ours is |")
    assert first == "| ours | 4,000 (4,000 – 4,000) | – | 25.000 | 1.0 | 2.0 | 3.0 | 6.5 | 512 | 98.00 |"
    assert second.startswith("| theirs | 1,000 (1,000 – 1,000) | 4.00 × (4.00 – 4.00) | 100.000 |")
    assert "| softmax | 4,000 (4,000 – 4,000) | theirs | 1,000" in overview({"softmax": figures})


def test_tables_have_a_line_under_their_heading():
    assert markdown_table([["a", "b"], ["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"
