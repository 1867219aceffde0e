"""A paper is made in its reader's language while the interface keeps its own."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from ccbs_desk.config.language import current_digits, current_language, is_rtl, pgettext, set_language, speaking


def test_another_language_meanwhile() -> None:
    set_language("en")
    with speaking("ar"):
        assert (current_language(), is_rtl(), current_digits()) == ("ar", True, "arab")
        assert pgettext("month", "May") == "أيار"
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(current_language).result() == "en"
        with speaking("en"):
            assert pgettext("month", "May") == "May"
        assert is_rtl()
    assert current_language() == "en"


def test_an_error_gives_the_language_back() -> None:
    set_language("en")
    with pytest.raises(ZeroDivisionError), speaking("ar"):
        _ = 1 // 0
    assert current_language() == "en"
