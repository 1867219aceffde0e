"""Push: each act exactly once, its first answer for ever, and nothing that was taken is ever lost."""

from tests.factories.server import RunningServer


class TestPush:
    """The same on SQLite and PostgreSQL."""

    def test_a_payment_is_applied_once_and_its_answer_repeats(self, server: RunningServer) -> None:
        clerk = server.counter()
        acts = [clerk.desk.do(clerk.desk.open_till()), clerk.desk.do(clerk.desk.payment(100_000))]
        first = clerk.push(*acts)
        assert [answer.outcome for answer in first] == ["applied", "applied"], first
        again = clerk.push(*acts)
        assert [answer.repeated for answer in again] == [True, True]
        assert [answer.position for answer in again] == [answer.position for answer in first]
