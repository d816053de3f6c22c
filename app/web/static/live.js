// Keeps an open page true: it listens for what changed, asks every 5 s when it cannot listen, and says which.
"use strict";
(() => {
  const ASK_EVERY = 5000, AGES_EVERY = 30000, SETTLED_AFTER = 3000, PRESENT_EVERY = 60000, APART = 400;
  const SILENT_AFTER = 38000;  // the server speaks every 15 s, if only to say that it is there: two of those are missing
  const pulse = document.getElementById("pulse");
  const place = document.querySelector("[data-refreshes]");
  const byId = (id) => document.getElementById(id);
  let asking = null, heardOnce = false, heardAt = Date.now(), handedBack = false, lastMove = 0, lastPresent = Date.now(), held = null;

  const show = (state, text) => {
    if (pulse.dataset.state !== state) { pulse.dataset.state = state; pulse.textContent = text; }
  };
  const say = (id, text) => { byId(id).textContent = ""; window.setTimeout(() => { byId(id).textContent = text; }, 50); };
  const refresh = () => { if (place) { htmx.trigger(place, "refresh"); } };

  // All pages lose their line at the same moment: they ask a little apart, so that nobody has to queue.
  const apart = () => Math.random() * APART;

  const listens = () => {
    window.clearInterval(asking);
    asking = null;
    heardAt = Date.now();
    show("live", "Live");
    refresh();  // what happened since the page was made, too
    if (heardOnce) { say("spoken", "Connected again. The page is up to date."); }
    heardOnce = true;
  };
  const asks = () => {
    if (asking === null) {
      show("asking", "Not live: looking every 5 seconds");
      asking = window.setInterval(refresh, ASK_EVERY + apart());
      window.setTimeout(refresh, apart());
    }
  };
  document.body.addEventListener("htmx:sseOpen", listens);
  document.body.addEventListener("htmx:sseError", asks);
  document.body.addEventListener("htmx:sseMessage", () => { heardAt = Date.now(); if (asking !== null) { listens(); } });
  // A line on which nobody hangs up, and nothing comes any more: only the silence tells.
  window.setInterval(() => { if (Date.now() - heardAt > SILENT_AFTER) { asks(); } }, ASK_EVERY);
  document.body.addEventListener("htmx:sendError", () => show("lost", "No connection: this page may be out of date"));
  document.body.addEventListener("htmx:timeout", () => show("lost", "No answer: this page may be out of date"));
  document.body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.getResponseHeader("Retry-After")) {
      show("lost", "Many pages at once: looking again in a moment");
      window.setTimeout(refresh, 2000 + 5 * apart());
    } else if (event.detail.xhr.status !== 401) { show("lost", "This page could not be brought up to date. Please load it again."); }
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && pulse.dataset.state === "lost") {
      show(asking === null ? "live" : "asking", asking === null ? "Live" : "Not live: looking every 5 seconds");
    }
  });
  window.setInterval(refresh, AGES_EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { refresh(); } });

  // Signed out, by time or in another window: what was typed is handed back, and the patient's words leave the screen.
  const label = (field) => (field.labels && field.labels[0] ? field.labels[0].textContent.trim() : "Your words");
  const isTyped = (field) => !field.readOnly && field.value.trim() !== ""
    && (field.matches("textarea") || field.value !== field.defaultValue);
  const typed = () => [...document.querySelectorAll("main textarea, main input:not([type=hidden], [type=radio], [type=checkbox], [type=search])")]
    .filter(isTyped).map((field) => [label(field), field.value]);
  document.body.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status !== 401) { return; }
    if (handedBack) { event.preventDefault(); return; }  // a later answer must not take the page with her words away
    const drafts = typed();
    if (drafts.length === 0) { return; }
    event.preventDefault();
    handedBack = true;
    const main = byId("main");
    const heading = document.createElement("h1");
    heading.textContent = "You were signed out";
    const sentence = document.createElement("p");
    sentence.textContent = "Nothing was sent. Here is what you wrote: copy it, sign in, and send it again.";
    const link = document.createElement("a");
    link.href = "/sign-in"; link.target = "_blank"; link.className = "button"; link.textContent = "Sign in in a new tab";
    const kept = drafts.flatMap(([name, words], at) => {
      const area = document.createElement("textarea"), above = document.createElement("label");
      area.readOnly = true; area.rows = words.length > 60 ? 6 : 1; area.value = words; area.id = "typed-" + at;
      above.htmlFor = area.id; above.textContent = name;
      return [above, area];
    });
    main.className = "narrow stack";
    const watch = document.createElement("section"), script = document.createElement("script");
    watch.id = "watch";
    watch.className = "watching";
    watch.setAttribute("aria-label", "What waits");
    script.src = document.body.dataset.watch;
    main.replaceChildren(heading, sentence, ...kept, link, watch, script);  // the desk goes on, and is heard
    document.title = "Signed out · Handrail";
  });

  // Signing out here leaves every window of this browser, and does not lose what is being typed unasked.
  const line = new BroadcastChannel("handrail");
  line.addEventListener("message", () => { for (const wait of [300, 1500]) { window.setTimeout(refresh, wait); } });
  byId("sign-out").addEventListener("submit", (event) => {
    const unsaved = [...document.querySelectorAll("main form input, main form textarea")]
      .some((field) => isTyped(field) && field.matches(":not([data-keeps], [type=hidden], [type=radio], [type=checkbox], [type=search])"));
    if (unsaved && !window.confirm("What you typed here is not saved. Sign out all the same?")) { event.preventDefault(); return; }
    line.postMessage("signed out");
  });

  // Somebody is there.
  const present = () => {
    lastMove = Date.now();
    if (lastMove - lastPresent > PRESENT_EVERY) {
      lastPresent = lastMove;
      htmx.ajax("POST", "/still-here", { target: document.body, swap: "none" });
    }
  };
  for (const kind of ["pointerdown", "keydown", "wheel"]) { document.addEventListener(kind, present, { passive: true }); }
  document.addEventListener("pointermove", (event) => { if (event.movementX || event.movementY) { present(); } }, { passive: true });

  // Rows never move under a pointer or a focus that is at work.
  const list = byId("list");
  if (!list) { return; }
  list.addEventListener("pointermove", () => { lastMove = Date.now(); }, { passive: true });
  list.addEventListener("focusin", () => { lastMove = Date.now(); });
  const atWork = () => Date.now() - lastMove < SETTLED_AFTER && (list.matches(":hover") || list.contains(document.activeElement));
  const rowsOf = (root) => new Map([...root.querySelectorAll("[data-row]")].map((row) => [row.id, "grave" in row.dataset]));
  const depthOf = (root) => root.querySelector("#many")?.value;
  let before = rowsOf(list);

  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== list || event.detail.xhr.status !== 200) { return; }
    const coming = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
    const now = rowsOf(coming), fresh = [...now.keys()].filter((id) => !before.has(id));
    const order = [...now.keys()], moved = [...before.keys()].some((id, at) => order[at] !== id);  // more at the end moves none
    const scrolled = depthOf(coming) !== depthOf(list);
    const grave = [...now].filter(([id, is]) => is && before.get(id) !== true).length;
    if (grave > 0) { say("alarm", grave === 1 ? "New crisis or emergency words." : grave + " new with crisis or emergency words."); }
    if (moved && atWork() && held !== "show") {
      event.detail.shouldSwap = false;
      byId("hold-text").textContent = grave > 0 ? "▲ New crisis or emergency words." : fresh.length > 0 ? "New words have come in." : "The list has changed.";
      byId("hold").hidden = false;
      window.clearTimeout(held);
      held = window.setTimeout(refresh, SETTLED_AFTER);
      return;
    }
    byId("hold").hidden = true;
    held = null;
    before = now;
    if (scrolled) { return; }
    if (fresh.length > 0 && grave === 0) { say("spoken", fresh.length === 1 ? "1 new item." : fresh.length + " new items."); }
    window.setTimeout(() => fresh.forEach((id) => byId(id)?.classList.add("fresh")), 0);
  });
  byId("show-now").addEventListener("click", () => { window.clearTimeout(held); held = "show"; refresh(); });
})();
