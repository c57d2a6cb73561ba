import pytest

from tusoi.engine import OrderEdge, OrderGraph, RulesConflict, Severity, Status, Text


def edge(before, after, **more):
    return OrderEdge(f"{before}-{after}", before, after, Text("trước", "before"), **more)


GRAPH = OrderGraph(
    (
        edge("rating-of-lower", "rating-of-upper"),
        edge("rating-of-collective", "rating-of-leader"),
        edge("rating-of-leader", "rating-of-head"),
        edge("review", "rating"),
        edge("review-of-collective", "review-of-person"),
    )
)


def names(edges):
    return [one.before for one in edges]


def test_what_comes_directly_before():
    assert names(GRAPH.before("rating-of-leader")) == ["rating-of-collective", "review"]
    assert names(GRAPH.before("review-of-collective")) == []


def test_everything_that_comes_before_in_an_order_that_works():
    ahead = GRAPH.ahead("rating-of-head")

    assert set(ahead) == {
        "review",
        "review-of-collective",
        "review-of-person",
        "rating-of-collective",
        "rating-of-leader",
    }
    assert ahead.index("rating-of-collective") < ahead.index("rating-of-leader")
    assert GRAPH.sequence.index("review-of-person") < GRAPH.sequence.index("rating-of-head")


@pytest.mark.parametrize(
    ("done", "waiting"),
    [
        (set(), ["rating-of-collective", "review"]),
        ({"review"}, ["rating-of-collective"]),
        ({"review-of-collective"}, ["rating-of-collective", "review"]),
        ({"review-of-collective", "review-of-person"}, ["rating-of-collective"]),
        ({"review", "rating-of-collective"}, []),
    ],
)
def test_an_act_waits_for_what_is_not_done(done, waiting):
    assert names(GRAPH.waiting("rating-of-leader", done)) == waiting


def test_a_circle_is_refused():
    with pytest.raises(RulesConflict, match=r"a circle: [ab] → [ab]"):
        OrderGraph((edge("a", "b"), edge("b", "a")))


@pytest.mark.parametrize(
    ("status", "severity", "binds"),
    [
        (Status.VERIFIED, Severity.BLOCK, True),
        (Status.SECONDARY, Severity.BLOCK, True),
        (Status.UNVERIFIED, Severity.BLOCK, False),
        (Status.VERIFIED, Severity.WARN, False),
    ],
)
def test_only_an_order_that_was_compared_may_stop_anybody(status, severity, binds):
    assert edge("a", "b", status=status, severity=severity).binds is binds
