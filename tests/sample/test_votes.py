"""A vote of the sample is one that the operations could have left: it adds up and is signed."""

import random
from types import SimpleNamespace

import pytest

from tests.factories import meetings
from tusoi.ballots import queries
from tusoi.ballots.models import Poll, PollQuestion, Tally
from tusoi.cycles.queries import rulebook_of
from tusoi.sample.dossiers import Writer
from tusoi.sample.votes import write_vote


@pytest.mark.django_db
@pytest.mark.slow
def test_a_vote_of_the_sample_is_signed_and_leads_to_its_level():
    scene = meetings.scene()
    item = meetings.concluded(scene)
    writer = Writer()
    dossier = SimpleNamespace(obligation=item.obligation, level_rank=1)
    tellers = (scene.binh, scene.teller)

    write_vote(
        dossier,
        item.meeting,
        12,
        rulebook_of(scene.cycle).levels,
        random.Random(3),  # noqa: S311 -- a fixture, not a secret
        tellers,
        writer,
    )
    for model in (Poll, PollQuestion, Tally):
        writer.flush(model)

    found = queries.reconciled_counts(item.obligation)
    assert found.is_signed
    assert found.leading_level_id == "good"
    assert sum(one.count for one in found.votes) + found.invalid_count == 12
