// The screen that stays on when nobody has touched it: counts, no names and no words, and a sound when more waits.
"use strict";
(() => {
  const ASK_EVERY = 5000, AGAIN_EVERY = 30000;
  const place = document.getElementById("watch");
  const line = (tag, text, at = place) => { const one = document.createElement(tag); one.textContent = text; at.append(one); return one; };
  line("h2", "The desk goes on");
  const list = document.createElement("ul"), told = document.createElement("p"), pulse = document.createElement("p");
  list.className = "waiting";
  told.setAttribute("role", "alert");
  told.className = "sr";
  pulse.className = "small";
  pulse.setAttribute("role", "status");
  const arm = document.createElement("button");
  arm.type = "button";
  place.append(list, told, pulse, arm);

  const bell = window.handrailBell;
  bell.button(arm, place);
  let rangAt = 0, before = null;

  const words = (one) => one.label + ": " + one.waiting + " waiting" + (one.crisis > 0 ? ", ▲ " + one.crisis + " with crisis or emergency words" : "");
  const show = (found) => {
    list.replaceChildren();
    for (const one of found) { line("li", words(one), list).className = one.crisis > 0 ? "grave" : one.waiting > 0 ? "care" : ""; }
    const sum = (what) => found.reduce((all, one) => all + one[what], 0);
    const now = { waiting: sum("waiting"), crisis: sum("crisis") };
    document.title = (now.waiting > 0 ? "(" + now.waiting + (now.crisis > 0 ? "!" : "") + ") " : "") + "Signed out · Handrail";
    const graver = now.crisis > (before?.crisis ?? 0), more = before !== null && now.waiting > before.waiting;
    if (graver || more) { told.textContent = graver ? "Crisis or emergency words wait." : "More waits at the desk."; }
    if (graver || more || (now.crisis > 0 && Date.now() - rangAt > AGAIN_EVERY)) { rangAt = Date.now(); bell.ring(graver || now.crisis > 0); }
    before = now;
  };
  const ask = () => fetch("/alarm").then((answer) => {
    if (answer.status === 401) { if (place.dataset.alone === "yes") { window.location.reload(); } return null; }
    if (!answer.ok) { throw new Error(String(answer.status)); }
    return answer.json();
  }).then((found) => {
    if (found) { show(found); pulse.textContent = "Live: looked at " + new Date().toLocaleTimeString() + "."; }
  }).catch(() => { pulse.textContent = "▲ No connection: these counts may be out of date."; });
  window.setInterval(ask, ASK_EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { ask(); } });
  ask();
})();
