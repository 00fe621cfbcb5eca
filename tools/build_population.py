"""Make the shipped figures from e-Stat's CSV of the census (table 2-7-1).

    python -m tools.build_population FILE

Writes platform/enishi/places/data/population.tsv (age classes of every place) and
population_age5.tsv (prefecture, sex, five-year age group). FILE comes from e-Stat
(https://www.e-stat.go.jp/) and is not kept in the repository.
"""

import argparse
from dataclasses import astuple
from pathlib import Path

from enishi.places.census import read
from enishi.places.figures import AGE_GROUPS, Figures
from enishi.places.gazetteer import DATA, gazetteer


def header(figures: Figures, columns: str) -> str:
    lines = [
        f"statistic: {figures.statistic}",
        f"title: {figures.title}",
        f"table: {figures.table_number}",
        f"reference date: {figures.reference_date}",
        "source: 総務省統計局「国勢調査」 (e-Stat); figures, computed by tools/build_population.py",
        f"columns: {columns}",
    ]
    return "".join(f"# {line}\n" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    figures = read(parser.parse_args().file, gazetteer())
    text = header(figures, "code, total, 0-14, 15-64, 65 and older, age unknown")
    for code, classes in sorted(figures.classes.items()):
        text += "\t".join(map(str, (code, *astuple(classes)))) + "\n"
    (DATA / "population.tsv").write_text(text, encoding="utf-8")
    groups = ", ".join(f"{age}-" for age in AGE_GROUPS)
    text = header(figures, f"prefecture, sex (1 men, 2 women), {groups}, age unknown")
    for (code, sex), numbers in sorted(figures.groups.items()):
        text += "\t".join(map(str, (code, int(sex), *numbers))) + "\n"
    (DATA / "population_age5.tsv").write_text(text, encoding="utf-8")
    print(f"{len(figures.classes)} places, {len(figures.groups)} prefectures by sex")


if __name__ == "__main__":
    main()
