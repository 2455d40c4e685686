"""Who may read the pages: everybody, or whoever has shown a token, which a cookie then carries.

The cookie is of this site alone (`SameSite=Strict`), so no other site can have a form sent in its name;
`require_same_origin` says the same of whoever sends a form.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from domain.access import Authority
from service.api.authorising import COOKIE, authority_of
from service.problems import FOREIGN_FORM, Problem
from service.web.rendering import html

router = APIRouter(prefix="/session", include_in_schema=False)


async def visitor(request: Request) -> Authority | None:
    """Whose token the cookie carries, and what that allows; `None` for nobody's."""
    token = request.cookies.get(COOKIE)
    return await authority_of(request, token) if token else None


async def _visitor_name(who: Annotated[Authority | None, Depends(visitor)]) -> str | None:
    return who.principal if who else None


VisitorOf = Annotated[str | None, Depends(_visitor_name)]


async def require_same_origin(request: Request) -> None:
    """Refuse a form that another site has sent here; a browser says where each comes from."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    own = f"{request.url.scheme}://{request.url.netloc}"
    if (site is not None and site != "same-origin") or (site is None and origin not in {None, own}):
        raise Problem(FOREIGN_FORM, "the form was sent from another site, so it is not taken")


@router.get("")
def show_session(who: VisitorOf) -> Response:
    """Who is signed in, and the form to do so."""
    return html("session.html", who=who, wrong=False, next="/")


@router.post("", dependencies=[Depends(require_same_origin)])
async def start_session(
    request: Request, token: Annotated[str, Form()] = "", then: Annotated[str, Form(alias="next")] = "/"
) -> Response:
    """Take a token, and go where the visitor meant to go."""
    if await authority_of(request, token.strip()) is None:
        return html("session.html", 401, who=None, wrong=True, next=_here(then))
    answer = RedirectResponse(_here(then), 303)
    answer.set_cookie(
        COOKIE, token.strip(), httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    return answer


@router.post("/end", dependencies=[Depends(require_same_origin)])
def end_session() -> Response:
    """Forget the token in this browser."""
    answer = RedirectResponse("/session", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


def _here(address: str) -> str:
    """An address of this service; its front for any other."""
    local = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if local and address.isprintable() else "/"
