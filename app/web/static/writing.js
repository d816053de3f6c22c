// Writing a text: the practice's replies are put into the box, words about health are pointed out, and what was just sent
// can be taken back for some seconds; once they are over, the button says nothing untrue.
"use strict";
(() => {
  let over = null, watched = "";
  const place = () => document.getElementById("now-leaving");
  const watch = () => {
    const form = place().querySelector("form"), text = form?.elements.text.value ?? "";
    if (text === watched) { return; }
    watched = text;
    window.clearTimeout(over);
    if (!form) { return; }
    form.style.setProperty("--lasts", form.dataset.seconds + "s");
    over = window.setTimeout(() => {
      const had = place().contains(document.activeElement);
      place().replaceChildren();
      place().hidden = true;
      if (had) { document.getElementById("main").focus(); }
    }, Number(form.dataset.seconds) * 1000);
  };
  document.body.addEventListener("htmx:oobAfterSwap", (event) => { if (event.detail.target.id === "now-leaving") { window.setTimeout(watch, 0); } });
  watch();

  // What she writes is asked about once she rests, and again after she went on meanwhile.
  const PAUSE = 400;
  const area = document.getElementById("body"), tells = document.getElementById("reply-tells");
  if (!area || !tells) { return; }
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"];
  let rests = null, asked = "";
  const tell = (sentence) => {
    tells.hidden = sentence === "";
    tells.textContent = sentence === "" ? "" : "▲ " + sentence;
  };
  const ask = () => {
    const words = area.value.trim();
    if (words === asked) { return; }
    asked = words;
    if (words === "") { tell(""); return; }
    fetch(tells.dataset.asksAt, { method: "POST", body: new URLSearchParams({ words }), headers: { "X-CSRF-Token": token, "HX-Request": "true" } })
      .then((answer) => (answer.ok ? answer.json() : null), () => null)
      .then((found) => { if (words !== asked) { return; } if (found) { tell(found.sentence); } else { asked = ""; } });
  };
  area.addEventListener("input", () => { window.clearTimeout(rests); rests = window.setTimeout(ask, PAUSE); });
  ask();

  const ready = document.querySelector("details.ready");
  if (!ready) { return; }
  ready.hidden = false;
  ready.addEventListener("toggle", () => { if (ready.open) { ready.querySelector("[data-puts]").focus(); } });
  ready.addEventListener("click", (event) => {
    const button = event.target.closest("[data-puts]");
    if (!button) { return; }
    const before = area.value.slice(0, area.selectionStart), space = before === "" || /\s$/.test(before) ? "" : " ";
    area.setRangeText(space + button.dataset.words, area.selectionStart, area.selectionEnd, "end");
    ready.open = false;
    area.focus();
    area.dispatchEvent(new Event("input"));
  });
})();
