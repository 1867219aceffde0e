"""The rows of the whole country as a stream of batches: what all desks hold first, then area by area."""

from collections.abc import Iterator

from server_stub.seed.bills import Billing
from server_stub.seed.care import Care
from server_stub.seed.catalogue import write_catalogue
from server_stub.seed.chance import chance_of
from server_stub.seed.codes import write_codes
from server_stub.seed.dates import cycles_before
from server_stub.seed.payments import Payments
from server_stub.seed.people import People
from server_stub.seed.plan import AreaPlan, Country, write_places
from server_stub.seed.postings import Postings
from server_stub.seed.shape import Batch
from server_stub.seed.staff import write_staff

PIECE = 1_000
"""Subscribers whose rows are in memory at a time."""


def country_batches(country: Country, demo_password: str) -> Iterator[tuple[Batch, int]]:
    """Return batch after batch with the number of subscribers in it. Nothing is made before it is asked for."""
    reference = Batch()
    write_places(country, reference)
    write_catalogue(reference)
    write_codes(reference)
    write_staff(country, demo_password, reference)
    yield reference, 0
    for area in country.areas:
        yield from area_batches(country, area)


def area_batches(country: Country, area: AreaPlan) -> Iterator[tuple[Batch, int]]:
    """Return the batches of one area. They depend on the plan and the area alone, not on other areas."""
    rng = chance_of(f"{country.seed}/{area.number}")
    cycles = cycles_before(country.today, country.cycles)
    postings = Postings(area.number)
    people = People(country, area, rng)
    care = Care(country, area, cycles, postings, rng)
    billing = Billing(country, area, cycles, postings, rng) if cycles else None
    payments = Payments(country, area, cycles, postings, rng) if cycles else None
    for first in range(0, max(area.subscribers, 1), PIECE):
        batch, last = Batch(), min(first + PIECE, area.subscribers)
        if area.subscribers == 0:
            people.plant.reserve(batch)
        for n in range(first, last):
            for customer in people.subscriber(n, batch):
                if billing and payments:
                    care.bar(customer, payments.settle(customer, billing.bills(customer, batch), batch), batch)
                else:
                    care.opening(customer, batch)
                care.complaint(customer, batch)
        yield batch, last - first
