"""The names and places of the country: real ones where many bear them, and a long tail made as Arabic makes names.

Composed for this product from general knowledge; frequencies follow Zipf's law. The tail is made of roots of three
letters in the patterns of Arabic names (نجار، كامل، مسعود، حريري …), since a telephone directory has some 120,000
different words and nearly all of them are rare.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from server_stub.seed.vocabulary import lines, table, vocabulary

ROOTS = 3_000
PATTERNS = (
    "{0}{1}ا{2}", "{0}ا{1}{2}", "م{0}{1}و{2}", "{0}{1}ي{2}", "{0}{1}و{2}", "{0}{1}{2}ان",
    "أ{0}{1}{2}", "{0}{1}{2}اوي", "{0}{1}{2}اني", "{0}{1}ا{2}ي", "{0}{1}ي{2}ي", "م{0}{1}{2}",
    "{0}{1}{2}ة", "{0}{1}ا{2}ة", "{0}{1}ي{2}ة", "{0}{1}{2}و", "{0}{1}{2}جي", "{0}{1}{2}ون",
    "{0}{1}و{2}ي", "{0}و{1}{2}", "{0}ا{1}{2}ي", "{0}{1}{2}ية", "{0}{1}{2}ى", "م{0}ا{1}{2}",
    "{0}{1}{2}لي", "{0}ي{1}{2}", "{0}{1}{2}ي", "{0}وا{1}{2}", "{0}{1}{2}اتي", "{0}{1}يا{2}",
)  # fmt: skip
"""How a root of three letters becomes a family's name."""

_ROOTS = """
نجر حدد خبز صبغ حلق عطر قصب حجر نحت حمد شكر سعد خلد حسن علم كرم جمل كمل صلح فتح نصر ظفر غلب قدر رحم كبر صغر
طول قصر سمر بيض سود حمر شقر زرق خضر بدر شمس نجم قمر هلل فجر صبح ليل نور ضوء برق رعد مطر غيم ثلج بحر نهر جدل
عين بئر سقي زرع حصد طحن عجن طبخ ملح سكر عسل لبن جبن سمن زيت زعت سمق كمن فلف بهر حبق نعن ورد زهر ريح فلل ياس
نرج سوس قرن دلب صنب سرو لوز جوز فستق توت تين عنب رمن تفح درق خوخ كرز فرس خيل نوق غنم معز بقر ثور اسد نمر فهد
ذئب ثعل ارن غزل صقر نسر عقب باز حمم يمم دجج ديك بلب شحر هدد سيف رمح درع ترس قوس سهم خنج حرب غزو جند عسك قود
حرس رقب كتب قرا درس فقه فتي قضي شهد وكل رفع شفع عفو غفر توب صوم صلو زكو حجج عمر طوف سعي وقف نذر عهد وعد صدق
امن وفي خلص نقي طهر عفف
"""
REAL_ROOTS = tuple(_ROOTS.split())
_RARE, _COMMON = "ثذضظغخصطق", "بتجحدرزسشعفكلمنهوي"
_CLASSES = ("بفمو", "تدطثذظ", "سزصش", "جكقخغ", "حعه", "رلن")


@dataclass(frozen=True, slots=True)
class Place:
    """An area with its town, governorate, area code and the streets that it has."""

    governorate: str
    town: str
    area: str
    code: str
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """Words with how often each is drawn: heavier ones more often."""

    words: tuple[str, ...]
    reached: tuple[float, ...]

    def draw(self, rng: Random, count: int) -> list[str]:
        """Return so many words, drawn by weight."""
        return rng.choices(self.words, cum_weights=self.reached, k=count)


def pool(words: Sequence[str], slope: float, shift: float = 2.7) -> Pool:
    """Return words of which the n-th is drawn about 1/n^slope as often as the first."""
    return Pool(tuple(words), tuple(accumulate((n + shift) ** -slope for n in range(len(words)))))


def men() -> tuple[str, ...]:
    """Return men's names, the most frequent first: the listed ones, and those that عبد and الدين make."""
    listed = [word.ar for word in vocabulary().men]
    attributes = (
        "الرزاق الغني السلام الستار الجبار الوهاب الباسط الهادي المنعم الفتاح اللطيف الناصر الباري الإله المعين"
    )
    faiths = "شمس سيف بهاء ضياء علاء زين محيي شهاب نصر تقي فخر شرف عز نجم كمال جلال"
    made = [f"عبد {each}" for each in attributes.split()] + [f"{each} الدين" for each in faiths.split()]
    return tuple(dict.fromkeys([*listed, *made, *_rare_given(Random(71))]))


def women() -> tuple[str, ...]:
    """Return women's names, the most frequent first."""
    listed = [word.ar for word in vocabulary().women]
    made = [f"أم {each}" for each in ["كلثوم", "الخير", "الهنا", "السعد"]]
    return tuple(dict.fromkeys([*listed, *made]))


def _rare_given(rng: Random) -> Iterator[str]:
    for root in rng.sample(REAL_ROOTS, 150):
        for form in ("{0}ا{1}{2}", "م{0}{1}و{2}", "{0}{1}ي{2}", "{0}{1}{2}ان"):
            yield form.format(*root)


def families() -> tuple[str, ...]:
    """Return the families' names, the most frequent first: those that are listed, and the long tail."""
    rng = Random(1907)
    tail: dict[str, None] = {}
    for root in _roots(rng):
        for form in PATTERNS:
            name = form.format(*root)
            article = rng.random()
            if article < 0.62:
                tail[f"ال{name}"] = None
            if article > 0.45:
                tail[name] = None
    rare = list(tail)
    rng.shuffle(rare)
    return tuple(dict.fromkeys([*(word.ar for word in vocabulary().families), *rare]))


def _roots(rng: Random) -> Iterator[str]:
    """Return roots that a speaker of Arabic could say: no two neighbours made at the same place of the mouth."""
    seen = {root for root in REAL_ROOTS if len(root) == 3}
    yield from sorted(seen)
    letters = _COMMON * 3 + _RARE
    while len(seen) < ROOTS:
        root = "".join(rng.choices(letters, k=3))
        if root not in seen and _place_of(root[0]) != _place_of(root[1]) != _place_of(root[2]):
            seen.add(root)
            yield root


def _place_of(letter: str) -> int:
    return next((n for n, letters in enumerate(_CLASSES) if letter in letters), -1)


def places() -> tuple[Place, ...]:
    """Return the areas of the country, each with streets of its own choice."""
    rng = Random(963)
    governorates = {code: (name, dialled) for code, name, _, dialled in table("governorates.tsv")}
    named = [*lines("streets.txt"), *(f"شارع {hero}" for hero in lines("heroes.txt"))]
    named += [f"شارع {word}" for word in lines("words.txt")]
    family = [word.ar for word in vocabulary().families]
    found = []
    for code, city, area, _ in table("areas.tsv"):
        governorate, dialled = governorates[code]
        streets = rng.sample(named, 26)
        streets += [f"{rng.choice(('حارة', 'زقاق', 'جادة', 'شارع'))} {name}" for name in rng.sample(family, 14)]
        found.append(Place(governorate, city or area, area, dialled, tuple(streets)))
    return tuple(found)
