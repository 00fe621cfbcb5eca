"""A8, A10, A11: names that pose as others, and characters that a reader cannot see."""

import pytest
from pydantic import TypeAdapter, ValidationError
from tests.consultations.build import invalidate, make_dialogue
from tests.fixtures.accounts import SignIn, make_member, make_organisation

from enishi.accounts.schemas import DisplayName
from enishi.consultations.opinions.schemas import OpinionForm
from enishi.consultations.voting.schemas import StatementForm
from enishi.kit import db
from enishi.kit.localised import LocalisedText
from enishi.kit.text_validation import TYPED, skeleton
from enishi.organisations.errors import LooksAlikeError
from enishi.organisations.schemas import NewOrganisation, OrganisationKind, OrganisationName
from enishi.organisations.service import organisations

ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
MARK = "\u3099"  # combining dakuten
WRONG_IN_NAMES = {
    "line break": "花\n子",
    "zero width": "花\u200b子",
    "joiner": "花\u200d子",
    "direction": "花\u202e子",
    "isolate": "花\u2066子",
    "tags": "花\U000e0041\U000e0042子",
    "line separator": "花\u2028子",
    "marks": "か" + MARK * 39,
}


@pytest.mark.parametrize("name", WRONG_IN_NAMES.values(), ids=WRONG_IN_NAMES.keys())
def test_no_name_has_characters_that_nobody_sees(name: str) -> None:
    with pytest.raises(ValidationError):
        OpinionForm(text="意見です", name_shown="nickname", nickname=name)
    with pytest.raises(ValidationError):
        TypeAdapter(DisplayName).validate_python(name)
    with pytest.raises(ValidationError):
        OrganisationName(ja=name)


@pytest.mark.parametrize(
    "name", ["飛騨市公式", "事務局より", "ＯＦＦＩＣＩＡＬ", "公 式", "Hida Official"]
)
def test_nobody_calls_themselves_official(name: str) -> None:
    with pytest.raises(ValidationError):
        OpinionForm(text="意見です", name_shown="nickname", nickname=name)
    with pytest.raises(ValidationError):
        TypeAdapter(DisplayName).validate_python(name)


@pytest.mark.parametrize(
    "name", ["花子", "か\u3099き", "José", "葛\U000e0100飾", "Nguyễn", "さくら🌸"]
)
def test_names_of_people_are_names(name: str) -> None:
    assert TypeAdapter(DisplayName).validate_python(name)


@pytest.mark.parametrize(
    "text",
    ["か" + MARK * 39, "👩" + "\u200d👩" * 400, "あ" + MARK * 90_000, ("か" + MARK * 5) * 140],
)
def test_a_grapheme_is_no_sack(text: str) -> None:
    with pytest.raises(ValidationError):
        StatementForm(text=f"意見{text}")


@pytest.mark.parametrize(
    "text",
    [
        "👨‍👩‍👧‍👦と暮らす",
        "か\u3099き",
        ENGLAND,
        "あ" * 140,
    ],
)
def test_what_people_type_is_taken(text: str) -> None:
    assert StatementForm(text=f"{text[:138]}です").text


@pytest.mark.parametrize("text", ["あ" * 100_000, "題\u202e名", "題\u0000名", "か" + MARK * 39])
@pytest.mark.parametrize("field", ["ja", "en", "easy_ja"])
def test_organisers_texts_have_a_length_and_no_controls(field: str, text: str) -> None:
    with pytest.raises(ValidationError):
        LocalisedText.model_validate({"ja": "題名"} | {field: text}, context=TYPED)


async def test_a_nickname_is_no_registered_organisation(browser_of: SignIn) -> None:
    dialogue = await make_dialogue(organisation_id=await make_organisation("hida"))
    invalidate()
    [row] = await db.fetch("SELECT name->>'ja' AS name FROM organisations_organisation")
    visitor = await browser_of()
    fields = {
        "submission": "00000000-0000-4000-8000-000000000001",
        "text": "バスを増やしてほしい",
        "name_shown": "nickname",
        "nickname": f" {row['name']}",
    }
    answer = await visitor.post(f"/ja/dialogues/{dialogue.slug}/opinions/new", data=fields)
    assert answer.status_code == 409
    assert "バスを増やしてほしい" in answer.text


async def test_a_verified_organisation_does_not_rename_itself(browser_of: SignIn) -> None:
    owner = await browser_of(await make_member(await make_organisation("hida"), "owner"))
    [before] = await db.fetch("SELECT name->>'ja' AS ja FROM organisations_organisation")
    fields = {"submission": "00000000-0000-4000-8000-000000000001", "name.ja": "内閣府"}
    answer = await owner.post("/ja/office/hida/profile", data=fields)
    assert answer.status_code == 409
    assert "運営者" in answer.text
    [after] = await db.fetch("SELECT name->>'ja' AS ja FROM organisations_organisation")
    assert after == before
    await organisations.rename("hida", OrganisationName(ja="飛騨市役所"))
    [after] = await db.fetch("SELECT name->>'ja' AS ja FROM organisations_organisation")
    assert after["ja"] == "飛騨市役所"


@pytest.mark.parametrize("name", ["エコの会", "ｴｺの会", "工コの会", "エ コ の 会", "エコの会。"])
async def test_no_two_organisations_look_alike(name: str) -> None:
    def form(slug: str, name: str) -> NewOrganisation:
        return NewOrganisation(
            slug=slug, kind=OrganisationKind.HOST, name=OrganisationName(ja=name)
        )

    await organisations.create(form("eco", "エコの会"))
    with pytest.raises(LooksAlikeError):
        await organisations.create(form("other", name))
    await organisations.create(form("another", "エコの集い"))


def test_a_skeleton_is_what_a_name_looks_like() -> None:
    assert skeleton("Ｈｉｄａ　Ｃｉｔｙ") == skeleton("hida-city")
    assert skeleton("カ石") == skeleton("力石")
    assert skeleton("飛騨市") != skeleton("高山市")
