"""The script that learns to tell print: what it composes and cuts out, and what comes of it, on few digits."""

import json

import numpy as np
import printed
import printed_network
import pytest
from printed_glyphs import crop_glyphs, print_glyphs, write_glyphs
from printed_people import People, fonts_of
from printed_samples import compose_hand, compose_mixed, compose_print, find_digits, join_digits

from inkdigits.data.uci import load_uci
from inkdigits.learn.synthesis.line_writer import LineWriter
from inkdigits.read.printed.classifier import Decision, PrintClassifier
from inkdigits.read.printed.evidence import FEATURES
from inkdigits.read.reader import Reader


@pytest.fixture(scope="module")
def people() -> People:
    digits = load_uci().train
    return People(LineWriter(digits.images, digits.labels), digits.images, digits.labels)


def test_no_font_is_in_two_parts(tmp_path):
    for name in ("LiberationSans-Bold.ttf", "OCRA.ttf", "Roboto-Thin.ttf", "Roboto-Bold.ttf", "Symbol.pfb"):
        (tmp_path / name).touch()
    fit, weigh, measure = (fonts_of(part, tmp_path) for part in ("fit", "weigh", "measure"))
    assert [font.rpartition("/")[2] for font in measure] == ["Roboto-Bold.ttf"]
    assert {font.rpartition("/")[2] for font in weigh} == {"cmss10.ttf", "OCRA.ttf"}
    assert len(fit) == 19
    assert not {*fit} & {*weigh}
    assert fonts_of("measure", None) == fonts_of("weigh", None)


def test_digits_are_cut_out_of_lines(people):
    generator = np.random.default_rng(2)
    for inks, labels in (
        print_glyphs("Aileron", 3, generator),
        write_glyphs(people.images[:3], people.labels[:3], generator),
    ):
        forms = crop_glyphs(inks, generator)
        assert (forms.shape, len(labels)) == ((3, 28, 28), 3)
        assert (forms.max(axis=(1, 2)) > 100).all()
        assert not forms[:, 0].any()


def test_what_is_found_knows_whether_it_is_print(people):
    generator = np.random.default_rng(5)
    pictures = [compose_print("Aileron", generator), compose_hand(people.writer, generator)]
    found = find_digits(Reader(), [*pictures, compose_mixed(people.writer, "Aileron", generator)])
    lines = [set(found.printed[own].tolist()) for own in found.by_line()]
    assert lines[:2] == [{True}, {False}]
    assert set().union(*lines[2:]) == {True, False}
    twice = join_digits([found, found])
    assert len([*twice.by_line()]) == 2 * len(lines)
    assert twice.forms.shape[0] == len(twice.printed) == 2 * len(found.labels)


def test_a_network_learns_to_tell_print(people, monkeypatch, tmp_path):
    monkeypatch.setattr(printed_network, "EPOCHS", 4)
    fonts, generator = fonts_of("fit", None), np.random.default_rng(0)
    cut = printed.cut_digits(people, fonts, 250, generator)
    network = printed_network.fit_network(cut.forms, cut.labels, cut.printed)
    printed.save(network, Decision(tuple(range(len(FEATURES))), 1.0, 2.0), tmp_path)
    content = json.loads((tmp_path / "decision.json").read_text())
    assert ([*content["line"]], content["line"]["near"], content["limit"]) == ([*FEATURES], 1, 1.0)
    classifier = PrintClassifier((tmp_path / "print.onnx").read_bytes(), Decision((), 0.0, 0.0))
    other = printed.cut_digits(people, fonts_of("weigh", None), 100, generator)
    logits = classifier.logits(other.forms, other.labels)
    assert logits[other.printed].mean() > 0.5 > -0.5 > logits[~other.printed].mean()
