"""The words of claims in three languages: one template for each case, filled by sentences.py.

easy_ja is やさしい日本語: one statement a sentence, common words, a reading beside hard ones.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from enishi.landscape.representative import Side

Tongue = Literal["ja", "en", "easy_ja"]


class Wording(NamedTuple):
    """One text in the three languages."""

    ja: str
    en: str
    easy_ja: str

    def text(self, tongue: Tongue, **values: object) -> str:
        return str(getattr(self, tongue)) % values


@dataclass(frozen=True, slots=True)
class SideWords:
    """A side as the verb of a sentence, and as a participant's vote."""

    verb: Wording
    noun: Wording


SIDES: dict[Side, SideWords] = {
    "agree": SideWords(
        Wording("賛成", "agree with", "賛成（さんせい）"), Wording("賛成", "agree", "賛成")
    ),
    "disagree": SideWords(
        Wording("反対", "disagree with", "反対（はんたい）"), Wording("反対", "disagree", "反対")
    ),
}
OTHER: dict[Side, Side] = {"agree": "disagree", "disagree": "agree"}

COMMON = Wording(
    "どのグループも、多くが意見カード%(n)dに%(verb)sしています（%(shares)s）。",
    "Most of every group %(verb)s statement %(n)d (%(shares)s).",
    "どのグループでも、半分より多い人が、カード%(n)dに%(verb)sです（%(shares)s）。",
)
COMMON_COMPARED = Wording(
    "比べたグループは、いずれも多くが意見カード%(n)dに%(verb)sしています（%(shares)s）。"
    "人数が少なく、比べていないグループ：%(left)s。",
    "Most of each compared group %(verb)s statement %(n)d (%(shares)s)."
    " Too small to be compared: %(left)s.",
    "くらべたグループでは、半分より多い人が、カード%(n)dに%(verb)sです（%(shares)s）。"
    "人が少ないので、くらべていないグループ：%(left)s。",
)
SURE = Wording(
    "票は十分にあり、このことは確かです。",
    "There are enough votes to be sure of this.",
    "これは、たしかです。",
)
NOT_SURE = Wording(
    "票がまだ少なく、これから変わるかもしれません。",
    "With few votes so far, this may still change.",
    "これは、まだ変わるかもしれません。",
)
MARKS = Wording(
    "グループ%(group)sの%(percent)d%%が意見カード%(n)dに%(verb)sしています。",
    "%(percent)d%% of group %(group)s %(verb)s statement %(n)d.",
    "グループ%(group)sの%(percent)d%%の人が、カード%(n)dに%(verb)sです。",
)
MARKS_OTHERS = Wording(
    "ほかのグループでは%(others)d%%です。",
    "In the other groups it is %(others)d%%.",
    "ほかのグループでは、%(others)d%%です。",
)
DIVIDES = Wording(
    "意見カード%(n)dでは、グループによって意見が分かれています（%(shares)s）。",
    "Groups are divided over statement %(n)d (%(shares)s).",
    "カード%(n)dは、グループで意見がちがいます（%(shares)s）。",
)
BRIDGES = Wording(
    "意見カード%(n)dには、ほかのことで意見が違うどのグループでも、"
    "%(other)sより%(noun)sが多く集まっています（%(shares)s）。",
    "In every group, whatever else divides them, more people %(noun)s than %(other)s"
    " with statement %(n)d (%(shares)s).",
    "カード%(n)dは、どのグループでも、%(other)sより%(noun)sの人が多いです（%(shares)s）。",
)
BRIDGES_COMPARED = Wording(
    "意見カード%(n)dには、ほかのことで意見が違うグループのいずれでも、"
    "%(other)sより%(noun)sが多く集まっています（%(shares)s）。"
    "人数が少なく、比べていないグループ：%(left)s。",
    "In each compared group, whatever else divides them, more people %(noun)s than %(other)s"
    " with statement %(n)d (%(shares)s). Too small to be compared: %(left)s.",
    "カード%(n)dは、くらべたグループでは、%(other)sより%(noun)sの人が多いです（%(shares)s）。"
    "人が少ないので、くらべていないグループ：%(left)s。",
)
CARD = Wording(
    "意見カード%(n)dには、グループ%(groups)sの多くが%(verb)sしています（%(shares)s）。",
    "Most of %(groups)s %(verb)s statement %(n)d (%(shares)s).",
    "グループ%(groups)sでは、半分より多い人が、カード%(n)dに%(verb)sです（%(shares)s）。",
)
SIZE_FIFTHS = Wording(
    "グループ%(group)sは、グループに入った人のおよそ5分の%(number)dです。",
    "Group %(group)s is about %(number)d in 5 of the people in groups.",
    "グループ%(group)sは、5人いたら%(number)d人くらいです。",
)
SIZE_LESS = Wording(
    "グループ%(group)sは、グループに入った人の5分の1より、ずっと少ない人たちです。",
    "Group %(group)s is far less than 1 in 5 of the people in groups.",
    "グループ%(group)sは、5人に1人より、ずっと少ないです。",
)
SIZE_PERCENT = Wording(
    "グループ%(group)sは、グループに入った人の%(number)d%%（およそ%(tens)d人）です。",
    "Group %(group)s is %(number)d%% of the people in groups (about %(tens)d people).",
    "グループ%(group)sは、%(number)d%%です。およそ%(tens)d人です。",
)
SMALL = Wording(
    "グループ%(group)sは人数が少ないので、ほかのグループと比べていません。",
    "Group %(group)s is too small to be compared with the others.",
    "グループ%(group)sは人が少ないです。だから、ほかのグループとくらべていません。",
)
UNSTABLE = Wording(
    "グループ%(group)sの境目ははっきりしていません。投票のどちらか半分だけで分けると、半数を超える人がほかのグループになります。",
    "The border of group %(group)s is not clear: by one half or the other of their votes alone,"
    " more than half of its people would be in another group.",
    "グループ%(group)sは、まだはっきりしません。投票がふえると、変わるかもしれません。",
)
FEW_VOTES = Wording(
    "票が少なく、まだ何ともいえない意見カードが%(number)d枚あります。",
    "Statements with too few votes to tell anything yet: %(number)d.",
    "投票が少ないカードが%(number)dまいあります。まだ、わかりません。",
)
NEAREST = Wording(
    "あなたに近い人たち：グループ%(group)s（あなたの票の%(number)d%%が、このグループの多数と同じ）",
    "People close to you: group %(group)s (%(number)d%% of your votes are those of its majority)",
    "あなたに近い人たち：グループ%(group)s（あなたの投票の%(number)d%%が、このグループの多い意見と同じ）",
)
DIFFERS = Wording(
    "意見カード%(n)d：グループ%(group)sの%(percent)d%%が%(noun)s、あなたは%(own)sです。",
    "Statement %(n)d: %(percent)d%% of group %(group)s %(noun)s, and you %(own)s.",
    "カード%(n)d：グループ%(group)sの%(percent)d%%は%(noun)sです。あなたは%(own)sです。",
)
SHARE = Wording("%(group)s %(percent)d%%", "%(group)s %(percent)d%%", "%(group)s %(percent)d%%")
SHARE_OF_SIDE = Wording(
    "%(group)s %(noun)s%(percent)d%%",
    "%(group)s %(percent)d%% %(noun)s",
    "%(group)sは%(noun)sが%(percent)d%%",
)
SHARE_EQUAL = Wording(
    "%(group)s 賛成・反対とも%(percent)d%%",
    "%(group)s %(percent)d%% each way",
    "%(group)sは賛成と反対が同じで%(percent)d%%",
)
SEPARATOR = Wording("、", ", ", "、")
GROUPS_SEPARATOR = Wording("・", ", ", "・")
GROUP_LIST = Wording("%(letters)s", "groups %(letters)s", "%(letters)s")
ONE_GROUP = Wording("%(letters)s", "group %(letters)s", "%(letters)s")
SENTENCE_SEPARATOR = Wording("", " ", "")

# How the numbers of each kind come about, for the fold below a sentence.
BASIS: dict[str, Wording] = {
    "share": Wording(
        "割合は、そのグループでこの意見カードに投票した人（パスを含む）を100%%としています。",
        "Percentages are of the people in that group who voted on this statement, passes included.",
        "％（パーセント）は、そのグループで投票した人を100にした数です。パスの人も入ります。",
    ),
    "sure": Wording(
        "「確か」は、どのグループでも95%%信頼区間が半数を超えるときにだけ使います。",
        "It is called sure only if the 95%% interval is above one half in every group.",
        "「たしか」は、計算で、まちがいが少ないときに使います。",
    ),
    "metric": Wording(
        "このグループの過半数が同じ側で、ほかのグループより有意に多い（片側90%%）ものを選びました。",
        "Chosen because most of this group is on one side, and significantly more than"
        " of the others (one-sided 90%%).",
        "このグループに多くて、ほかのグループに少ない意見を選びました。",
    ),
    "divides": Wording(
        "あるグループの過半数が賛成し、別のグループの過半数が反対しているものを、差の大きい順に選びました。",
        "Chosen because most of one group agrees and most of another disagrees, widest first.",
        "賛成が多いグループと、反対が多いグループがあるカードを選びました。",
    ),
    "bridging": Wording(
        "グループの違いで説明できる分を除いても残る支持（橋渡しの得点）の高い順です。",
        "Ordered by the support that remains once the differences of groups are explained"
        " (bridging score).",
        "ちがうグループの人も、同じように考えているカードを選びました。",
    ),
    "slate": Wording(
        "比例承認投票（逐次PAV、Thiele 1895）で、どのグループの声も入るように選びました。",
        "Chosen by sequential proportional approval voting (Thiele 1895), so that every group is"
        " heard.",
        "どのグループの意見も入るように、計算で選びました。",
    ),
}
