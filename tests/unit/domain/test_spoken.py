"""A number is said in groups that a caller can write down."""

import pytest

from ccbs_desk.domain.spoken import spoken_groups


@pytest.mark.parametrize(
    ("number", "groups"),
    [
        ("0112214567", ("011", "221", "45", "67")),
        ("٠١١٢٢١٤٥٦٧", ("011", "221", "45", "67")),
        ("+963212345678", ("021", "234", "56", "78")),
        ("0933123456", ("0933", "123", "456")),
        ("021234567", ("021", "23", "45", "67")),
        ("2214567", ("221", "45", "67")),
        ("110", ("110",)),
        ("12345678901234567", ("1234", "567", "890", "123", "456", "7")),
        ("", ()),
        ("no number", ()),
    ],
)
def test_the_groups_of_a_number(number: str, groups: tuple[str, ...]) -> None:
    assert spoken_groups(number) == groups
