"""Does a link sign in once, into a session that no script reads, no other site uses, and its owner can end?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from entrypoints.api.auth import COOKIE
from entrypoints.api.tokens import Purpose
from journey.store.access import Outcome
from journey.values import Role
from tests.api.conftest import Answer, Desk

BASE = "http://testserver"


def begin(desk: Desk, role: Role = Role.NURSE) -> str:
    """A session's cookie."""
    answer = follow(desk, desk.issuer.link("nora", role, BASE))
    assert answer.status == 200
    return answer.headers["set-cookie"].partition("=")[2].partition(";")[0]


def follow(desk: Desk, address: str) -> Answer:
    """Open a link, as a browser without cookies does."""
    answer = desk.get(address.removeprefix(BASE), None)
    desk.client.cookies.clear()
    return answer


def look(desk: Desk, cookie: str, **headers: str) -> Answer:
    """Look at the board with a cookie."""
    return desk.get("/schedule/day", None, headers={"Cookie": f"{COOKIE}={cookie}"} | headers)


def test_a_link_begins_a_session(desk: Desk) -> None:
    """A link answers a page with a cookie that scripts can't read and other sites can't send; it lets its role in."""
    answer = follow(desk, desk.issuer.link("nora", Role.NURSE, BASE))
    kept = answer.headers["set-cookie"]
    assert "HttpOnly" in kept
    assert "SameSite=strict" in kept
    assert "Path=/" in kept
    assert "url=/" in answer.text
    cookie = kept.partition("=")[2].partition(";")[0]
    assert cookie not in answer.text
    assert look(desk, cookie).status == 200
    assert desk.get("/audit/timeline", None, headers={"Cookie": f"{COOKIE}={cookie}"}).code == "wrong_role"


def test_the_cookie_is_secure_on_https(desk: Desk) -> None:
    """Over HTTPS the cookie never travels in clear."""
    address = desk.issuer.link("nora", Role.NURSE, "https://testserver")
    sent = desk.client.get(address)
    desk.client.cookies.clear()
    assert "Secure" in sent.headers["set-cookie"]
    assert "Secure" not in follow(desk, desk.issuer.link("nora", Role.NURSE, BASE)).headers["set-cookie"]


def test_a_link_works_once(desk: Desk) -> None:
    """A link that was used is refused, also for those who use it at the same moment."""
    address, together = desk.issuer.link("nora", Role.NURSE, BASE), Barrier(6)

    def use(_: int) -> int:
        together.wait()
        return desk.get(address.removeprefix(BASE), None).status

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(use, range(6))) == [200] + [401] * 5
    again = follow(desk, address)
    assert (again.status, again.code) == (401, "link_not_valid")
    assert "set-cookie" not in again.headers


def test_a_link_is_only_good_for_a_while(desk: Desk) -> None:
    """A link whose time is over is refused, and so is a token or a session in its place."""
    old = desk.issuer.link("nora", Role.NURSE, BASE, timedelta(hours=-1))
    assert follow(desk, old).code == "link_not_valid"
    for purpose in (Purpose.ACCESS, Purpose.SESSION):
        token = desk.issuer.issue(purpose, "nora", Role.NURSE, timedelta(hours=1))
        assert follow(desk, f"{BASE}/sign-in/{token}").code == "link_not_valid"


def test_a_person_is_told_on_a_page(desk: Desk) -> None:
    """Whoever opens a link that is no longer good in a browser reads why on a page."""
    told = desk.get("/sign-in/nonsense", None, {"Accept": "text/html,*/*"})
    assert told.status == 401
    assert told.headers["content-type"].startswith("text/html")
    assert "The link has expired, or was used before." in told.text
    assert "nonsense" not in told.text


def test_no_other_token_is_a_session(desk: Desk) -> None:
    """An access token or a link in the cookie does not count, nor a session as a bearer token."""
    for purpose in (Purpose.ACCESS, Purpose.LINK):
        token = desk.issuer.issue(purpose, "nora", Role.NURSE, timedelta(hours=1))
        assert look(desk, token).code == "token_invalid"
    session = desk.issuer.issue(Purpose.SESSION, "nora", Role.NURSE, timedelta(hours=1))
    assert desk.get("/schedule/day", None, {"Authorization": f"Bearer {session}"}).code == "token_invalid"
    over = desk.issuer.issue(Purpose.SESSION, "nora", Role.NURSE, timedelta(hours=-1))
    assert look(desk, over).code == "token_expired"


def test_sign_out_ends_the_session_for_good(desk: Desk) -> None:
    """After signing out the cookie is deleted, and a copy of it counts no more; another session goes on."""
    one, other = begin(desk), begin(desk)
    answer = desk.send("POST", "/sign-out", None, headers={"Cookie": f"{COOKIE}={one}"})
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert f'{COOKIE}=""' in answer.headers["set-cookie"]
    desk.client.cookies.clear()
    assert look(desk, one).code == "not_signed_in"
    assert look(desk, other).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_another_sites_page_does_nothing(desk: Desk, headers: dict[str, str]) -> None:
    """What a page of another site sends with the cookie is refused, whatever it asks."""
    cookie = begin(desk)
    sent = desk.send("POST", "/sign-out", None, headers={"Cookie": f"{COOKIE}={cookie}"} | headers)
    assert (sent.status, sent.code) == (403, "foreign_page")
    assert look(desk, cookie).status == 200


def test_our_own_page_signs_out(desk: Desk) -> None:
    """A page of our own may ask, as browsers mark it."""
    cookie = begin(desk)
    own = {"Cookie": f"{COOKIE}={cookie}", "Origin": BASE, "Sec-Fetch-Site": "same-origin"}
    assert desk.send("POST", "/sign-out", None, headers=own).status == 303
    desk.client.cookies.clear()


def test_signing_in_is_recorded(desk: Desk) -> None:
    """Signing in, failing to, and signing out leave rows; no row holds the link's code."""
    cookie = begin(desk, Role.ANALYST)
    follow(desk, f"{BASE}/sign-in/nonsense")
    desk.send("POST", "/sign-out", None, headers={"Cookie": f"{COOKIE}={cookie}"})
    desk.client.cookies.clear()
    found = [(it.route, it.subject, it.role, it.outcome) for it in desk.app.store.access.reads()]
    assert found == [
        ("GET /sign-in/{code}", "nora", "analyst", Outcome.SHOWN),
        ("GET /sign-in/{code}", "nobody", "nobody", Outcome.DENIED),
        ("POST /sign-out", "nora", "analyst", Outcome.SHOWN),
    ]
