// Words count as read once they stood for a second on a visible screen before somebody who did something there since
// they came, and only for the one who has the item.
"use strict";
(() => {
  const LONG_ENOUGH = 1000, NEVER = -1;
  const byId = (id) => document.getElementById(id);
  // Whoever opens a page is there. A page that loaded itself anew (drafts.js) proves nobody.
  let lastAct = window.sessionStorage.getItem("handrail-by-itself") ? NEVER : performance.now();
  window.sessionStorage.removeItem("handrail-by-itself");
  const came = new Map(), seen = new Map();  // by exchange: when; a timer, or true
  let watcher = null, told = "", waits = false, last = "";

  const form = () => { const one = byId("read-form"); return one && "mine" in one.dataset ? one : null; };
  const unread = () => [...document.querySelectorAll(".message")].filter((one) => Number(one.dataset.exchange) <= Number(form().dataset.newest));
  const wereSeen = (all) => all.length > 0 && all.every((one) => seen.get(one.dataset.exchange) === true);
  const tell = () => {
    const newest = form()?.dataset.newest;
    if (newest === undefined || told === newest) { return; }
    told = newest;  // and on its way, or heard; what was lost is told again
    const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
    const lost = () => { told = ""; };
    fetch(form().action, { method: "POST", body: new URLSearchParams({ newest }), headers })
      .then((answer) => { if (!answer.ok) { lost(); } }, lost);
  };

  const forget = (id) => { if (seen.get(id) !== true) { window.clearTimeout(seen.get(id)); seen.delete(id); } };
  const visible = (entry) => entry.isIntersecting && (entry.intersectionRatio >= 0.6 || entry.intersectionRect.height >= window.innerHeight * 0.5);
  const look = (entry) => {
    const id = entry.target.dataset.exchange;
    if (document.hidden || !visible(entry)) { forget(id); return; }
    if (seen.has(id)) { return; }
    if (came.get(id) > lastAct) { waits = true; return; }
    seen.set(id, window.setTimeout(() => {
      seen.set(id, true);
      if (form() && wereSeen(unread())) { watcher.disconnect(); tell(); }
    }, LONG_ENOUGH));
  };
  const watch = () => {
    watcher?.disconnect();
    waits = false;
    const now = came.size === 0 ? 0 : performance.now();  // what the page brought came before it was opened
    for (const one of document.querySelectorAll(".message")) { if (!came.has(one.dataset.exchange)) { came.set(one.dataset.exchange, now); } }
    if (!form()) { return; }
    if (wereSeen(unread())) { tell(); return; }  // the server has not heard: the first telling was lost on the way
    watcher = new IntersectionObserver((entries) => entries.forEach(look), { threshold: [0, 0.25, 0.6, 1] });
    unread().forEach((one) => watcher.observe(one));
  };

  const act = (event) => {
    const at = event.type === "pointermove" ? event.screenX + " " + event.screenY : "";
    if (at !== "" && (last === at || last === "")) { last = at; return; }  // the page moved under the pointer
    last = at || last;
    lastAct = performance.now();
    if (waits) { watch(); }
  };
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"]) { document.addEventListener(kind, act, { passive: true, capture: true }); }

  // Pressed, the button tells the same without a new page: the chosen way of closing and half a note stay where they are.
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "read-form" || !window.htmx) { return; }
    event.preventDefault();
    const { newest } = event.target.dataset;
    htmx.ajax("POST", event.target.action, { values: { newest }, target: document.body, swap: "none" })
      .then(() => htmx.trigger(document.querySelector("[data-refreshes]"), "refresh"));
  }, true);
  document.body.addEventListener("htmx:afterSettle", watch);
  document.body.addEventListener("htmx:oobAfterSwap", () => window.setTimeout(watch, 0));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { [...seen.keys()].forEach(forget); } else { watch(); }
  });
  watch();
})();
