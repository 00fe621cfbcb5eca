"""The statements that the cells of cubes are counted with: one for each act, over all its cubes.

A flow is an act or its taking back, with the day, the attributes that a cube may ask for, and +1 or
-1 in `n`. Flows are added up once, by the period that they fall in and by every column that some
cube asks for; each cube is then a sum over that far smaller relation. $1 holds the last days of the
periods, ascending: flows of period i have the number i, later ones are left out.
"""

from collections.abc import Sequence

from enishi.statistics.cube_dimensions import THEME
from enishi.statistics.cubes import MOST_THEMES, Act, Cube
from enishi.statistics.metrics import BY_KEY


def _kinds(kinds: Sequence[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


_REGISTERED = BY_KEY["relation.registrations"].value
_ATTENDED = BY_KEY["programme.attended"].value
# A person may move between registering and leaving: who leaves does so from the cell of the
# registration. Facts of erased people have no key, and keep what is written in them.
_TIES = f"""
SELECT f.day, coalesce(o.home_prefecture, f.home_prefecture) AS home_prefecture,
    coalesce(o.age_band, f.age_band) AS age_band, f.place_code,
    left(f.place_code, 2) AS place_prefecture,
    CASE WHEN f.kind IN ({_kinds(_REGISTERED.plus)}) THEN f.amount ELSE -f.amount END AS n
FROM statistics_fact AS f
LEFT JOIN LATERAL (
    SELECT home_prefecture, age_band FROM statistics_fact
    WHERE f.kind IN ({_kinds(_REGISTERED.minus)}) AND person_key = f.person_key
        AND place_code = f.place_code AND kind IN ({_kinds(_REGISTERED.plus)}) AND day <= f.day
    ORDER BY day DESC LIMIT 1
) AS o ON true
WHERE f.kind IN ({_kinds(_REGISTERED.kinds)})
"""  # noqa: S608 (the kinds are constants)
# Once for a person and a dialogue, from the first day on, less the guests that are set aside.
_PARTICIPATIONS = """
SELECT p.day, p.home_prefecture, p.age_band, p.channel, p.tie, p.place_code, p.theme_code,
    p.subject_id, 1 AS n
FROM statistics_person_first AS p WHERE p.subject_kind = 'consultation'
UNION ALL
SELECT greatest(f.day, p.day), p.home_prefecture, p.age_band, p.channel, p.tie, p.place_code,
    p.theme_code, p.subject_id,
    CASE f.kind WHEN 'participation.set_aside' THEN -f.amount ELSE f.amount END
FROM statistics_fact AS f
JOIN statistics_person_first AS p ON p.person_key = f.person_key
    AND p.subject_kind = f.subject_kind AND p.subject_id = f.subject_id
WHERE f.kind IN ('participation.set_aside', 'participation.taken_back')
"""
_ATTENDANCES = f"""
SELECT f.day, f.home_prefecture, f.age_band, f.channel, f.tie, f.place_code,
    left(f.place_code, 2) AS place_prefecture, f.programme_kind, f.subject_id,
    CASE WHEN f.kind IN ({_kinds(_ATTENDED.plus)}) THEN f.amount ELSE -f.amount END AS n
FROM statistics_fact AS f WHERE f.kind IN ({_kinds(_ATTENDED.kinds)})
"""  # noqa: S608 (the kinds are constants)
_FLOWS = {
    Act.TIE: _TIES,
    Act.PARTICIPATION: _PARTICIPATIONS,
    Act.ATTENDANCE: _ATTENDANCES,
}


def count(act: Act, cubes: Sequence[Cube]) -> str:
    """Rows of cube (its place in `cubes`), period, a and b (values of its columns), and n."""
    columns = sorted(
        {
            "theme_code" if dimension is THEME else dimension.column
            for cube in cubes
            for dimension in cube.dimensions
        }
    )
    grouped = "".join(f", {column}" for column in columns)
    each = "\nUNION ALL\n".join(_of_cube(i, cube) for i, cube in enumerate(cubes))
    return f"""
    WITH flows AS ({_FLOWS[act]}),
    sums AS MATERIALIZED (
        SELECT array_position($1::date[], (SELECT min(l) FROM unnest($1::date[]) AS l
            WHERE l >= day)) - 1 AS period{grouped}, sum(n)::bigint AS n
        FROM flows WHERE day <= (SELECT max(l) FROM unnest($1::date[]) AS l)
        GROUP BY 1{grouped}
    )
    {each}
    """  # noqa: S608 (made of constants)


def _of_cube(number: int, cube: Cube) -> str:
    columns = ["theme" if dimension is THEME else dimension.column for dimension in cube.dimensions]
    a, b = [*columns, "''", "''"][:2]
    source = "sums"
    if THEME in cube.dimensions:
        source = f"""sums CROSS JOIN LATERAL unnest(CASE theme_code WHEN '' THEN ARRAY['']
            ELSE (string_to_array(theme_code, ' '))[:{MOST_THEMES}] END) AS theme"""
    return f"""
    SELECT {number} AS cube, period, {a} AS a, {b} AS b, sum(n)::bigint AS n FROM {source}
    GROUP BY 2, 3, 4
    """  # noqa: S608 (made of constants)
