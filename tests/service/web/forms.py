"""A browser without a script before the forms: it opens one, types into it, and sends what it holds."""

import re
from html import unescape
from typing import Any

from tests.service.api.desk import Desk

HTML = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
SOURCE = {"s-outlet": "Lake Radio (invented)", "s-published": "2021-04-02"}


def sign_in(desk: Desk, token: str | None = None) -> None:
    """Have the browser carry a token."""
    desk.client.cookies.clear()
    answer = desk.client.post("/session", data={"token": token or desk.token}, follow_redirects=False)
    assert answer.status_code == 303


def held(page: str) -> dict[str, str]:
    """What the form of a page holds, as a browser would send it."""
    form = page[page.index('<form class="telling"') :]
    found = {
        name: unescape(value)
        for name, value in re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form)
    }
    for name, value in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(value)
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected>', options)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


def send(desk: Desk, address: str, typed: dict[str, str], do: str = "record", **headers: str) -> Any:
    """Send a form by one of its buttons."""
    return desk.client.post(
        address, data={**typed, "do": do}, headers={**HTML, **headers}, follow_redirects=False
    )


def beside(page: str, field: str) -> str:
    """What is said to be wrong beside a field; nothing where it is right."""
    found = re.search(rf'<p class="wrong" id="{field}-wrong">(.*?)</p>', page, re.DOTALL)
    return unescape(found[1]) if found else ""
