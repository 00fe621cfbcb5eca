"""Every component in every state on one page, for developers; absent in production."""

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from enishi.accounts.access import PUBLIC
from enishi.kit import charts
from enishi.kit.charts import About, Chart
from enishi.kit.charts.tiles import TILES
from enishi.kit.errors import NotFoundError
from enishi.kit.i18n import Language, current_language, gettext
from enishi.settings import Environment, get_settings


@get("/styleguide", name="styleguide:index", access=PUBLIC)
async def index(tab: FromQuery[str] = "first") -> Template:
    if get_settings().environment is Environment.PRODUCTION:
        raise NotFoundError
    return Template(
        "styleguide/index.html",
        context={
            "tab": tab,
            "charts": await _charts(),
            "errors": {
                "sample-name": gettext("お名前を入力してください。"),
                "sample-day": gettext("実在する日付を入力してください。"),
            },
        },
    )


@get("/styleguide/question", name="styleguide:question", access=PUBLIC)
async def question() -> Template:
    """The page that the sample dialog links to where scripts do not run."""
    if get_settings().environment is Environment.PRODUCTION:
        raise NotFoundError
    return Template("styleguide/question.html")


async def _charts() -> list[Chart]:
    people, source = gettext("人"), gettext("見本の数値（実在しません）")
    names = {
        code: f"{tile.ja} {code}" if current_language() is Language.JA else f"{tile.en} {code}"
        for code, tile in TILES.items()
    }
    return [
        await charts.bars(
            About(gettext("参加の入口"), people, source),
            [
                (gettext("画面から"), 1240),
                (gettext("紙の用紙を窓口に出した"), 310),
                (gettext("電話"), 86),
            ],
        ),
        await charts.lines(
            About(gettext("登録者の推移"), people, source),
            ["2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10"],
            {
                gettext("ベーシック登録"): [120, 180, 240, 420, 560, 610, 740],
                gettext("プレミアム登録"): [0, 12, 20, None, 64, 80, 96],
                gettext("退会"): [0, 2, 9, 14, 16, 30, 34],
            },
            is_running=True,
        ),
        await charts.shares(
            About(gettext("テーマごとの賛否"), gettext("票"), source),
            [gettext("賛成"), gettext("反対"), gettext("パス")],
            {
                gettext("住まい"): [820, 210, 160],
                gettext("交通と移動"): [310, 540, 90],
                gettext("しごと"): [90, 14, 260],
            },
        ),
        await charts.prefectures(
            About(gettext("都道府県ごとの登録者"), people, source),
            {code: int(code) * 37 % 211 * 10 for code in TILES if code != "13"},
            names,
        ),
    ]


HANDLERS = [index, question]
