"""The options of the filter of programmes, each with the number of programmes behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from enishi.kit import clock, formatting
from enishi.kit.i18n import LazyText, gettext, gettext_lazy, ngettext
from enishi.places import queries as places
from enishi.places.schemas import Place
from enishi.programmes.finding.counts import Counts
from enishi.programmes.listings.filters import LARGEST_PARTY, OLDEST_CHILD, ProgrammeFilter
from enishi.programmes.listings.labels import KINDS
from enishi.themes.schemas import ThemeView

_MONTHS = 12
COSTS = {
    "free": gettext_lazy("無料"),
    "3000": gettext_lazy("3,000円まで"),
    "10000": gettext_lazy("10,000円まで"),
    "30000": gettext_lazy("30,000円まで"),
}
SEASONS = {
    "spring": gettext_lazy("春（3〜5月）"),
    "summer": gettext_lazy("夏（6〜8月）"),
    "autumn": gettext_lazy("秋（9〜11月）"),
    "winter": gettext_lazy("冬（12〜2月）"),
}
LENGTHS = {
    "day": gettext_lazy("日帰り"),
    "half_day": gettext_lazy("日帰り・4時間まで"),
    "stay": gettext_lazy("泊まり"),
    "short_stay": gettext_lazy("1〜2泊"),
    "week": gettext_lazy("3〜6泊"),
    "long": gettext_lazy("7泊以上"),
}
SORTS = {
    "": gettext_lazy("開催が近い順"),
    "new": gettext_lazy("募集が新しい順"),
    "price": gettext_lazy("費用の合計が安い順"),
}
SWITCHES = {
    "weekend": gettext_lazy("土曜・日曜だけで参加できる"),
    "children": gettext_lazy("子どもと一緒に参加できる"),
    "wheelchair": gettext_lazy("車いすで参加できる"),
    "places": gettext_lazy("いま空きがある"),
}
# The lists of options with the number of programmes beside each.
WITH_COUNTS = ("prefecture", "month", "season", "length", "child_age", "cost", "kind", "theme")


@dataclass(frozen=True)
class Option:
    """`count`: programmes in the list that it leads to; None where it narrows nothing."""

    value: str
    label: str
    count: int | None = None

    @property
    def text(self) -> str:
        if self.count is None:
            return self.label
        number = formatting.format_number(self.count)
        return gettext("%(label)s（%(number)s）", label=self.label, number=number)


@dataclass(frozen=True)
class Choices:
    """Name of a condition -> its options. Only places that have programmes."""

    options: Mapping[str, list[Option]]
    switches: list[tuple[str, Option]]

    def label(self, name: str, value: str) -> str:
        """The label of a condition that is set."""
        if name in _TEXTS:
            return _TEXTS[name](value)
        if name in SWITCHES:
            return str(SWITCHES[name])
        labels = {each.value: each.label for each in self.options[name]}
        return labels.get(value, value)


def _place(code: str) -> str:
    place = places.find_place(code)
    return place.short_name if place else code


_TEXTS: Mapping[str, Callable[[str], str]] = {
    "q": lambda words: gettext("「%(words)s」を含む", words=words),
    "since": lambda day: gettext("%(day)sから", day=day),
    "until": lambda day: gettext("%(day)sまで", day=day),
    "adults": lambda number: ngettext("大人%(num)s人", "大人%(num)s人", int(number)),
    "child_count": lambda number: ngettext("子ども%(num)s人", "子ども%(num)s人", int(number)),
    "child_age": lambda age: gettext("%(age)s歳の子ども", age=age),
    "prefecture": _place,
    "municipality": _place,
}


def months(chosen: str) -> list[str]:
    """This month and the following ones, and the chosen one."""
    today = clock.today()
    first = today.year * 12 + today.month - 1
    values = {f"{n // 12}-{n % 12 + 1:02}" for n in range(first, first + _MONTHS)}
    return sorted({*values, chosen} - {""})


def choices(
    wanted: ProgrammeFilter,
    counts: Counts,
    listed_places: Mapping[str, int],
    themes: list[ThemeView],
) -> Choices:
    """`listed_places`: the codes of municipalities that have programmes, whatever is wanted."""

    def fixed(name: str, labels: Mapping[str, LazyText]) -> list[Option]:
        return [Option(value, str(text), counts.of(name, value)) for value, text in labels.items()]

    party = [str(number) for number in range(1, LARGEST_PARTY + 1)]
    options = {
        **_places(wanted, counts, listed_places),
        "month": [
            Option(value, formatting.format_month(value), counts.of("month", value))
            for value in months(wanted.month)
        ],
        "kind": fixed("kind", {kind.value: text for kind, text in KINDS.items()}),
        "cost": fixed("cost", COSTS),
        "theme": [
            Option(each.slug, str(each.title), counts.of("theme", each.slug)) for each in themes
        ],
        "season": fixed("season", SEASONS),
        "length": fixed("length", LENGTHS),
        "child_age": [
            Option(age, gettext("%(age)s歳", age=age), counts.of("child_age", age))
            for age in map(str, range(OLDEST_CHILD + 1))
        ],
        "adults": [Option(number, _TEXTS["adults"](number)) for number in party],
        "child_count": [Option(number, _TEXTS["child_count"](number)) for number in party],
        "sort": [Option(value, str(text)) for value, text in SORTS.items() if value],
    }
    switches = [
        (name, Option("yes", str(text), counts.of(name))) for name, text in SWITCHES.items()
    ]
    return Choices(options, switches)


def _places(
    wanted: ProgrammeFilter, counts: Counts, listed: Mapping[str, int]
) -> dict[str, list[Option]]:
    here = [place for code in sorted(listed) if (place := places.find_place(code)) is not None]
    with_programmes = {place.prefecture_code for place in here}
    prefectures = [each for each in places.list_prefectures() if each.code in with_programmes]
    within = [place for place in here if place.prefecture_code == wanted.prefecture]
    return {
        "prefecture": _place_options(prefectures, counts, "prefecture", wanted.prefecture),
        "municipality": _place_options(within, counts, "municipality", wanted.municipality),
    }


def _place_options(offered: list[Place], counts: Counts, name: str, chosen: str) -> list[Option]:
    """The places, and the chosen one even if it has no programmes."""
    by_code = {place.code: place for place in offered}
    place = places.find_place(chosen)
    if place is not None:
        by_code.setdefault(chosen, place)
    return [
        Option(code, each.short_name, counts.of(name, code))
        for code, each in sorted(by_code.items())
    ]
