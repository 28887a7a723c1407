from inkdigits.learn.training.plan import make_plan
from inkdigits.recipes import load_recipe


def test_a_plan_counts_partial_batches():
    assert make_plan(load_recipe("mlp-100x2"), 450).steps == 15 * 5
    plan = make_plan(load_recipe("cnn"), 60_000)
    assert (plan.steps, plan.record_every, plan.checkpoint_every) == (10_000, 100, 1000)
    assert plan.epoch_at(10_000) == 8.3333
