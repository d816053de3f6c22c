"""What somebody meets who is not signed in (any more): the way to sign in, and the words not yet sent."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.web import kept
from app.web.csrf import SAFE

STEPS = {"code": "second_step.show", "enrol": "second_step.show", "password": "own_account.show"}
"""Where somebody does what she must do first (`Me.still`)."""


def first(still: str) -> ResponseReturnValue:
    """Whoever has to do something before all else is led there; a form that she sent meanwhile did nothing."""
    place = url_for(STEPS[still])
    if request.headers.get("HX-Request"):
        return make_response("", 401, {"HX-Redirect": place})
    return redirect(place, 303)


def answer() -> ResponseReturnValue:
    """To the sign-in page and back; for a form, a page that hands the typed words back: nothing was done."""
    if request.headers.get("HX-Request"):
        response = make_response("", 401)
        response.headers["HX-Redirect"] = url_for("sign_in.form", next=_page_behind())
        return response
    if request.method in SAFE:
        return redirect(url_for("sign_in.form", next=request.path), 303)
    return render_template("signed_out.html", typed=kept.typed(), next_path=request.path), 401


def _page_behind() -> str:
    """The page that a fragment belongs to, by its path alone."""
    shown = request.headers.get("HX-Current-URL", "")
    _, _, rest = shown.partition("://")
    _, slash, path = rest.partition("/")
    return slash + path.partition("?")[0] if slash else "/"
