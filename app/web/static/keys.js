// Keys, the size of a text, and forms that go out once.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const dialog = byId("keys"), switchBox = byId("keys-on"), opener = byId("show-keys");
  const KEPT = "handrail-keys";
  const on = () => { try { return window.localStorage.getItem(KEPT) !== "off"; } catch { return true; } };

  // Keys: one letter that stands alone, never while somebody types, and they can be switched off (WCAG 2.1.4).
  // A letter with another one beside it is a word that was meant for a box: it does nothing. The key of a box opens it
  // at once, so that the word after it stands there, and nothing of it is a key.
  const BESIDE = 1500, ALONE = 350;
  let last = -BESIDE, waits = null, waiting = null, held = "";
  const typing = (element) => element.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-row] a")];
  const step = (by) => {
    const all = rows(), at = all.indexOf(document.activeElement);
    all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + by))]?.focus();
  };
  const tell = (sentence) => { byId("spoken").textContent = sentence; byId("spoken").classList.remove("seen"); };
  // What went nowhere is said to the eye, too.
  let hidden = null;
  const show = (sentence) => {
    tell(sentence);
    byId("spoken").classList.add("seen");
    window.clearTimeout(hidden);
    hidden = window.setTimeout(() => { byId("spoken").classList.remove("seen"); }, 6000);
  };
  const holding = (key) => document.querySelector('[data-key="' + CSS.escape(key) + '"]');
  // The box that a key opens, if it opens one.
  const box = (element) => {
    if (element.matches("textarea, input[type=search]")) { return element; }
    return element.matches("summary") ? element.parentElement.querySelector("textarea, select") : null;
  };
  const open = (element) => {
    last = -BESIDE;
    if (element.matches("summary")) { element.parentElement.open = true; }
    box(element).focus();
    box(element).scrollIntoView({ block: "nearest" });
  };
  const reach = (was) => {
    const again = was.id === "" ? holding(was.dataset.key) : byId(was.id);  // brought up to date meanwhile: the same one
    const element = was.isConnected ? was : again?.form?.action === was.form?.action ? again : null;
    if (!element?.isConnected) { return; }
    if (element.matches("[type=radio]")) {
      (element.form.querySelector('[name="' + element.name + '"]:checked') ?? element).focus();
      element.scrollIntoView({ block: "nearest" });
    } else { element.click(); }
  };

  // What acts on the patient is asked first: Enter as the next key does it, anything else does not.
  let asked = null;
  const ask = (button) => {
    asked = button;
    button.closest("[data-asked]").dataset.asked = "yes";
    button.scrollIntoView({ block: "nearest" });
    tell(byId(button.getAttribute("aria-describedby")).textContent + ". " + button.dataset.asks);
  };
  const answer = (yes) => {
    const button = asked;
    asked = null;
    button.closest("[data-asked]").dataset.asked = "";
    tell("");
    if (yes && button.isConnected) { button.click(); }
  };
  for (const kind of ["pointerdown", "focusin"]) { document.addEventListener(kind, () => { if (asked) { answer(false); } }); }

  // Several of a kind are numbered, d1 and d2: the letter, then within three seconds the number.
  let first = "", forgotten = null;
  const several = (key) => {
    first = key;
    window.clearTimeout(forgotten);
    forgotten = window.setTimeout(() => { first = ""; }, 3000);
    tell("Which one? Press its number.");
  };
  const command = (key) => {
    const both = holding(first + key) && first ? first + key : key, place = document.querySelectorAll(".menu a")[Number(key) - 1];
    first = "";
    if (both === key && /^[12]$/.test(key)) { return place ? () => place.click() : null; }
    if (!/^[a-z][0-9]?$/.test(both)) { return null; }
    if (holding(both)?.matches("[data-asks]")) { ask(holding(both)); return null; }
    if (holding(both + "1")) { several(both); return null; }
    const element = holding(both);
    if (element && box(element)) { open(element); return null; }  // at once: the letters that follow are for it
    return element ? () => reach(element) : null;
  };
  // The page's own search, or the desk's for whoever sees a list.
  const look = () => {
    const field = document.querySelector("main input[type=search]");
    if (field) { field.focus(); field.select(); } else if (byId("count-front_desk")) { window.location.assign("/desk/search"); }
  };
  const AT_ONCE = { "?": () => dialog.showModal(), ".": () => byId("show-now")?.click(), "/": () => look() };
  const MOVES = { j: () => step(1), k: () => step(-1) };
  // A key that no word goes on with: the letter before it stood alone, and is done now.
  // And a key that leaves the page as it is ("I have read these words") goes with that of a box: both were meant.
  const goesWith = (key) => /^[a-z]$/.test(key) && holding(held)?.matches("[data-stays]") && holding(key) && box(holding(key));
  const GOES_ON = /^(?:Tab|Arrow\w+|Home|End|Page\w+|j|k)$/;
  const now = () => {
    const does = waiting;
    window.clearTimeout(waits);
    waiting = null;
    last = -BESIDE;
    does();
  };
  // The arrow was meant for the ways that the key before it went to, and the space for the first of them: the browser
  // gives it to where it began.
  const ways = () => holding(held)?.matches("[type=radio]");
  const onward = (key) => {
    const at = document.activeElement;
    if (!at.matches("[type=radio]")) { return false; }
    if (key === " ") { at.click(); return true; }
    if (!key.startsWith("Arrow")) { return false; }
    const all = [...at.form.elements[at.name]], by = /Down|Right/.test(key) ? 1 : -1;
    const next = all[(all.indexOf(at) + by + all.length) % all.length];
    next.focus();
    next.click();
    return true;
  };

  const press = (event) => {
    const { key } = event;
    if (waiting && (GOES_ON.test(key) || goesWith(key) || (key === " " && ways()))) {
      now();
      if (onward(key)) { return true; }
    }
    window.clearTimeout(waits);
    waiting = null;
    if (AT_ONCE[key]) { AT_ONCE[key](); return true; }
    if (MOVES[key] && rows().length > 0) { MOVES[key](); return true; }
    const near = event.timeStamp - last < BESIDE;
    if (key === " " && near && document.activeElement === document.body) { return true; }  // between two words of that
    if (!/^[\p{L}\p{N}]$/u.test(key)) { return false; }
    last = event.timeStamp;
    if (near && !(first && holding(first + key))) {
      first = "";
      show("No box was chosen: what you typed went nowhere.");
      return true;
    }
    const does = command(key);
    if (does) { waiting = does; held = key; waits = window.setTimeout(now, ALONE); }
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea:not([readonly])")) {
      event.preventDefault();
      event.target.form.requestSubmit();
      return;
    }
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.key === "Shift") { return; }
    if (asked) {
      const yes = event.key === "Enter";
      answer(yes);
      if (yes) { event.preventDefault(); return; }
    }
    if (!typing(event.target) && !dialog.open && on() && press(event)) { event.preventDefault(); }
  });
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  switchBox.checked = on();
  switchBox.addEventListener("change", () => { try { window.localStorage.setItem(KEPT, switchBox.checked ? "on" : "off"); } catch { /* private window: on */ } });

  // What a text costs, counted as the carrier does.
  const PLAIN = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
  const TWICE = new Set("^{}\\[~]|€\f");
  const size = (text) => {
    const letters = [...text], plain = letters.every((one) => PLAIN.has(one) || TWICE.has(one));
    const widths = letters.map((one) => (plain ? (TWICE.has(one) ? 2 : 1) : one.length));
    const units = widths.reduce((sum, width) => sum + width, 0);
    const alone = plain ? 160 : 70, part = plain ? 153 : 67;
    if (units <= alone) { return { plain, parts: units > 0 ? 1 : 0 }; }
    let parts = 1, filled = 0;
    for (const width of widths) {
      if (filled + width > part) { parts += 1; filled = 0; }
      filled += width;
    }
    return { plain, parts };
  };
  for (const area of document.querySelectorAll("[data-counts]")) {
    const out = byId(area.dataset.counts), longest = Number(out.dataset.longest);
    // The practice's name goes before the words, unless they hold it: so does the server (handling.named).
    const begins = byId(area.dataset.begins), name = begins?.dataset.practice ?? "";
    const itself = new RegExp("(?<![\\p{L}\\p{N}_])" + name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&") + "(?![\\p{L}\\p{N}_])", "u");
    const count = () => {
      const words = area.value.trim(), put = name !== "" && words !== "" && !itself.test(words);
      const whole = put ? name + ": " + words : words, many = [...whole].length, { plain, parts } = size(whole);
      if (begins) { begins.hidden = words !== "" && !put; }
      out.textContent = many === 0 ? "Up to " + longest + " characters."
        : many + (many === 1 ? " character" : " characters") + (put ? " with the name, " : ", ") + parts + (parts === 1 ? " text" : " texts")
          + (plain ? "" : " (accents or signs make texts shorter)") + (many > longest ? ": too long by " + (many - longest) : "") + ".";
    };
    area.addEventListener("input", count);
    count();
  }

  // A refused form is shown where it went: going back or loading again asks for the item, and sends nothing twice.
  const refusal = byId("refusal");
  if (refusal) { window.history.replaceState(null, "", refusal.dataset.page); }

  // Gone back to out of the browser's own memory, a page would show what has been sent as if it had not.
  window.addEventListener("pageshow", (event) => { if (event.persisted) { window.location.reload(); } });

  // A form goes out once; the server holds to that too.
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.gone) { event.preventDefault(); return; }
      form.dataset.gone = "yes";
      window.setTimeout(() => { delete form.dataset.gone; }, 5000);
    });
  }
})();
