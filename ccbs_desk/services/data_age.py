"""How old this desk's data may be: after so many days without a word from the centre nobody looks at it any more.

What was done here and not sent is no subscriber's data: it stays, it is shown, and it goes out when the link is back.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.models import desk_state
from ccbs_desk.models.desk import Outbox
from ccbs_desk.services.bus import rules_on

MAX_DAYS = "data.max_age_days"


def too_old_after(connection: Connection, now: datetime) -> int | None:
    """Return the limit in days when the data is older than that, else None.

    Its age counts from the last time the server told, to the later of this clock and the last act that was done here: a
    clock that is set back makes nothing younger.
    """
    clock = desk_state.clock(connection)
    if clock is None:
        return None
    done: datetime | None = connection.execute(
        select(func.max(Outbox.occurred_at, type_=Outbox.occurred_at.type))
    ).scalar_one()
    days = rules_on(connection, damascus_date(now)).number(MAX_DAYS)
    return days if max(now, done or now) - clock.server_time > timedelta(days=days) else None
