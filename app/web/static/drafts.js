// Keeps what is being typed on an item, so that no sign-out, crash or closed window loses it.
"use strict";
(() => {
  const AFTER = 800, AT_MOST = 2000;
  const item = document.querySelector("[data-item]");
  const address = "/desk/items/" + item.dataset.item + "/draft";
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"];
  const areas = [...document.querySelectorAll("textarea[data-keeps]")];
  const kept = new Map(areas.map((area) => [area, area.value])), waits = new Map();

  const keep = (area) => {
    window.clearTimeout(waits.get(area));
    if (kept.get(area) === area.value) { return Promise.resolve(); }
    kept.set(area, area.value);
    const form = area.form.querySelector("[name=form]")?.value ?? "";
    const body = new URLSearchParams({ place: area.dataset.keeps, words: area.value, form });
    const headers = { "X-CSRF-Token": token, "HX-Request": "true" };
    return fetch(address, { method: "POST", body, headers, keepalive: true })
      .then((answer) => { if (!answer.ok) { kept.delete(area); } }, () => { kept.delete(area); });
  };
  const keepAll = () => Promise.all(areas.map(keep));

  for (const area of areas) {
    area.addEventListener("input", () => {
      window.clearTimeout(waits.get(area));
      waits.set(area, window.setTimeout(() => keep(area), AFTER));
    });
    // What goes out is no draft any more; the server holds to that too.
    area.form.addEventListener("submit", () => { window.clearTimeout(waits.get(area)); kept.set(area, area.value); });
  }
  document.addEventListener("visibilitychange", () => { if (document.hidden) { keepAll(); } });
  window.addEventListener("pagehide", keepAll);

  // Signing out waits until all is kept, but not for ever.
  const signOut = document.getElementById("sign-out");
  let goes = false;
  signOut.addEventListener("submit", (event) => {
    if (goes || event.defaultPrevented) { return; }
    event.preventDefault();
    goes = true;
    const enough = new Promise((done) => { window.setTimeout(done, AT_MOST); });
    // not at once: while a form is being submitted, submitting it again is ignored
    Promise.race([keepAll(), enough]).then(() => window.setTimeout(() => signOut.requestSubmit(), 0));
  });
})();
