"""The page ``glossary`` as a session sees it."""

from components.glossary import TERMS


def test_a_term_stands_with_its_meaning_and_under_the_hand(session):
    session.open("glossary", term="margin")
    assert TERMS["margin"].means.split(":")[0] in session.texts.replace("\\", "")
    assert session.sentence.startswith("At m = 0.5")
    session.move(**{"at.0": [2.0, 0.0]})
    assert session.sentence.startswith("At m = 2")
    assert session.data["address"] == {"term": "margin"}


def test_related_terms_are_a_press_away(session):
    session.open("glossary")
    session.press("target")
    assert session.data["address"] == {"term": "target"}


def test_all_terms_stand_below(session):
    session.open("glossary")
    session.at.session_state["glossary:below"] = "All terms"
    session.run()
    for name in ("Tversky", "subgradient", "one-SE rule"):
        assert f"**{name}**" in session.texts.replace("\\", "")


def test_every_page_links_to_it(session):
    assert [link.proto.label for link in session.open("curves").at.get("page_link")] == ["Glossary"]
