"""Lessons in a real browser: a class goes through one, page after page, and a worksheet's link opens its step."""

import pytest

from components.lessons.reading import lessons
from pages.lessons.sheet import worksheet_link
from tests.browser.conftest import settle

STEPS = lessons().lessons["which_way_is_down"].steps


def at_step(page, number):
    """Waits until a step of the lesson is shown."""
    page.wait_for_url(f"**step={number}*")
    page.locator(".st-key-instruction").get_by_text(STEPS[number - 1].say[:40]).wait_for()
    settle(page)


def test_a_lesson_is_gone_through_from_page_to_page_by_keys(app, visit):
    page = visit(f"{app}/lessons?session=which_way_is_down")
    page.get_by_role("button", name="Start the lesson").click()
    page.wait_for_url("**/curves?*")
    at_step(page, 1)
    page.get_by_role("button", name="Present").click()
    page.wait_for_url("**present=1*")
    settle(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/landscape?*step=2*")
    at_step(page, 2)
    assert "present=1" in page.url
    page.keyboard.press("ArrowRight")
    at_step(page, 3)
    page.get_by_text("Thousands and more", exact=True).click()
    page.get_by_text("Right.").wait_for()
    settle(page)
    assert "SGD explodes" in page.locator(".live-sentence").inner_text()
    page.keyboard.press("ArrowLeft")
    at_step(page, 2)
    page.go_back()
    page.wait_for_url("**step=3*")
    page.get_by_text("Right.").wait_for()


def test_what_a_step_keeps_still_cannot_be_dragged_until_it_is_answered(app, visit):
    page = visit(f"{app}/outliers?lesson=one_bad_point&step=2")
    assert page.get_by_role("button", name="+ point").count() == 0
    page.get_by_text("It stays near 2", exact=True).click()
    page.get_by_text("Not quite: About 0.1.").wait_for()
    page.wait_for_url("**answer=1*")
    settle(page)
    page.reload()
    page.get_by_text("Not quite: About 0.1.").wait_for()
    page.get_by_role("button", name="Leave").click()
    page.get_by_role("button", name="+ point").wait_for()


@pytest.mark.parametrize("key", lessons().lessons)
def test_every_step_opens_in_a_fresh_browser_with_its_numbers(app, visit, key):
    lesson = lessons().lessons[key]
    for index, step in enumerate(lesson.steps[:: len(lesson.steps) - 1]):
        page = visit(f"{app}{worksheet_link(lesson, index * (len(lesson.steps) - 1))}", fresh=True)
        page.get_by_text(step.filled(step.say)[:60]).wait_for()
