"""A window of the test's Chromium that is really hidden and shown. Playwright's own pages say that they are visible,
whatever is done with their windows; this one is opened beside them, in the browser itself."""

import json
import time
from typing import Any

from playwright.sync_api import Browser

ANSWERS_WITHIN = 10.0


class Window:
    """One window with one page."""

    def __init__(self, chromium: Browser) -> None:
        self._browser = chromium.new_browser_cdp_session()
        self._target = self._browser.send("Target.createTarget", {"url": "about:blank"})["targetId"]
        self._window = self._browser.send("Browser.getWindowForTarget", {"targetId": self._target})["windowId"]
        self._answers: dict[int, dict[str, Any]] = {}
        self._asked = 0
        self._browser.on("Target.receivedMessageFromTarget", self._heard)
        self._session = self._browser.send("Target.attachToTarget", {"targetId": self._target})["sessionId"]

    def opens(self, url: str, **cookies: str) -> None:
        for name, value in cookies.items():
            self._sends("Network.setCookie", name=name, value=value, url=url)
        self._sends("Page.navigate", url=url)

    def runs(self, expression: str, *, pressed: bool = False) -> Any:
        """The value of an expression on the page. `pressed`: as if somebody's hand had done it."""
        answer = self._sends("Runtime.evaluate", expression=expression, userGesture=pressed, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def becomes(self, expression: str) -> None:
        """Wait until an expression is true there."""
        deadline = time.monotonic() + ANSWERS_WITHIN
        while not self.runs(expression):
            assert time.monotonic() < deadline, f"never true: {expression}"
            time.sleep(0.02)

    def hides(self) -> None:
        """It is minimised."""
        self._is("minimized")
        self.becomes("document.hidden")

    def shows(self) -> None:
        self._is("normal")
        self.becomes("!document.hidden")

    def closes(self) -> None:
        self._browser.send("Target.closeTarget", {"targetId": self._target})
        self._browser.detach()

    def _is(self, state: str) -> None:
        self._browser.send("Browser.setWindowBounds", {"windowId": self._window, "bounds": {"windowState": state}})

    def _sends(self, method: str, **params: Any) -> dict[str, Any]:
        self._asked += 1
        message = json.dumps({"id": self._asked, "method": method, "params": params})
        self._browser.send("Target.sendMessageToTarget", {"sessionId": self._session, "message": message})
        deadline = time.monotonic() + ANSWERS_WITHIN
        while self._asked not in self._answers:
            assert time.monotonic() < deadline, f"{method} was not answered"
            self._browser.send("Browser.getVersion")  # Playwright hands messages on while it is asked something
        answer = self._answers.pop(self._asked)
        assert "error" not in answer, answer["error"]
        found: dict[str, Any] = answer["result"]
        return found

    def _heard(self, event: dict[str, Any]) -> None:
        said = json.loads(event["message"])
        if event["sessionId"] == self._session and "id" in said:
            self._answers[said["id"]] = said
