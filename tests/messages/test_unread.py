"""Unread is exactly what came from the other side since this person last opened: any order of deeds, against a plain model."""

from collections import defaultdict
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from hjemmekontakt.messages import actions, queries
from tests.people import an_id

READERS = ("astrid", "jonas")


@pytest.fixture
def everybody(world, astrid, jonas_for_astrid, mona, database):
    return {"astrid": astrid, "jonas": jonas_for_astrid, "mona": mona, "world": world, "database": database}


def test_unread_follows_the_model_in_any_order(everybody) -> None:
    class Dialogues(RuleBasedStateMachine):
        """Two dialogues; Astrid and Jonas write, open and put away; Mona answers."""

        @initialize()
        def begin(self) -> None:
            everybody["database"].execute(
                "DELETE FROM reading; DELETE FROM handling; DELETE FROM message; DELETE FROM thread"
            )
            self.keys = count()
            self.threads = [self._write("astrid"), self._write("jonas")]
            self.unread = {who: defaultdict(list) for who in READERS}
            self.archived = {who: set() for who in READERS}

        def _key(self):
            return an_id(f"form {next(self.keys)}")

        def _write(self, who: str):
            return actions.write_message(
                everybody[who],
                service_id=everybody["world"].nord_nursing,
                subject="Nøkkel",
                text="Hei.",
                form_key=self._key(),
            ).thread_id

        @rule(who=some.sampled_from(READERS), which=some.integers(0, 1))
        def replies(self, who: str, which: int) -> None:
            actions.reply(everybody[who], self.threads[which], text="Og en ting til.", form_key=self._key())
            for each in READERS:
                self.archived[each].discard(which)

        @rule(which=some.integers(0, 1))
        def answers(self, which: int) -> None:
            thread = self.threads[which]
            seen = queries.staff_thread(everybody["mona"], thread).last_message_id
            given = actions.answer(everybody["mona"], thread, text="Ja.", form_key=self._key(), seen_message_id=seen)
            for each in READERS:
                self.unread[each][which].append(given.message_id)
                self.archived[each].discard(which)

        @rule(who=some.sampled_from(READERS), which=some.integers(0, 1))
        def opens(self, who: str, which: int) -> None:
            thread = queries.thread(everybody[who], self.threads[which])
            assert [each.id for each in thread.messages if each.is_new] == self.unread[who].pop(which, [])

        @rule(who=some.sampled_from(READERS), which=some.integers(0, 1))
        def opens_and_puts_away(self, who: str, which: int) -> None:
            self.opens(who, which)
            actions.put_away(everybody[who], self.threads[which])
            self.archived[who].add(which)

        @invariant()
        def the_list_and_the_counts_agree_with_the_model(self) -> None:
            for who in READERS:
                expected = {self.threads[which]: len(ids) for which, ids in self.unread[who].items() if ids}
                shown = {row.id: row.unread for row in queries.threads_of(everybody[who]).rows}
                away = {row.id for row in queries.threads_of(everybody[who], archived=True).rows}
                assert away == {self.threads[which] for which in self.archived[who]}
                assert set(shown) | away == set(self.threads)
                assert not set(shown) & away
                assert {id: unread for id, unread in shown.items() if unread} == expected
                assert queries.unread(everybody[who]).messages == sum(expected.values())
                assert {row.id for row in queries.unread(everybody[who]).rows} == set(expected)

    run_state_machine_as_test(
        Dialogues,
        settings=settings(
            max_examples=6,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
