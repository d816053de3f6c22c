// The phone in the browser: asks the stand-in carrier what is new, draws it, and sends what is typed.

import { drawCall, listenToCalls } from "./calls.js";
import { drawFaults, listenToSwitches } from "./faults.js";

const PATIENCE_MS = 700;
const PATIENCE_HIDDEN_MS = 5000;
const CONDITIONS = {
  off: "This phone is switched off: nothing reaches it (carrier error 30003).",
  landline: "This is a landline: texts do not reach it (carrier error 30006).",
  dead: "This number is not in service: nothing reaches it (carrier error 30005).",
};

const ZONE = document.body.dataset.zone ? { timeZone: document.body.dataset.zone } : {}; // the practice's wall
const byId = (id) => document.getElementById(id);
const log = byId("log");
const words = byId("words");
const drafts = new Map(); // what is being written on the phones that are not open: {body, photo}
const unsent = new Map(); // why the last text of a phone was not sent
const seen = new Map();
let view = { version: "", handsets: [], thread: [] };
let opened = location.hash.slice(1);
let waiting = 0;
let looks = 0;

async function look() {
  clearTimeout(waiting);
  const mine = ++looks;
  try {
    const answer = await fetch(`/phone/view?open=${encodeURIComponent(opened)}&version=${view.version}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const news = answer.status === 200 ? await answer.json() : null;
    if (mine !== looks) return; // a later look is on its way and knows better
    if (news) draw(news);
    say("outage", "");
  } catch {
    say("outage", "The stand-in carrier does not answer. Is the demo still running? Trying again …");
  }
  clearTimeout(waiting);
  waiting = setTimeout(look, document.hidden ? PATIENCE_HIDDEN_MS : PATIENCE_MS);
}

function draw(news) {
  if (news.version < view.version) location.reload(); // the demo was started afresh
  view = news;
  const handset = view.handsets.find((one) => one.id === opened);
  for (const one of view.handsets) {
    if (one.id === opened || !seen.has(one.id)) seen.set(one.id, one.received);
  }
  drawShelf();
  drawFaults(view.faults);
  drawCall(view.call, view.other_side, view.habit);
  byId("table").classList.toggle("reading", Boolean(handset));
  byId("device").hidden = !handset;
  byId("nobody").hidden = Boolean(handset);
  if (handset) drawDevice(handset);
  else delete log.dataset.handset;
}

function drawShelf() {
  const list = byId("handsets");
  view.handsets.forEach((one, place) => {
    const item = list.children[place] ?? list.appendChild(newHandset());
    const button = item.firstElementChild;
    const unread = one.received - seen.get(one.id);
    button.dataset.id = one.id;
    button.setAttribute("aria-current", String(one.id === opened));
    put(button.querySelector(".name"), one.name);
    put(button.querySelector(".when"), one.at && time(one.at));
    put(button.querySelector(".last"), one.last || (one.name === one.number ? "No messages yet" : one.number));
    put(button.querySelector(".unread"), unread ? `${unread} new` : "");
  });
}

function newHandset() {
  const button = make("button", "handset");
  button.type = "button";
  button.append(make("span", "name"), make("span", "when"), make("span", "last"), make("span", "unread"));
  button.addEventListener("click", () => pick(button.dataset.id));
  const item = make("li");
  item.append(button);
  return item;
}

function drawDevice(handset) {
  put(byId("owner"), handset.name);
  put(byId("owner-number"), handset.name === handset.number ? "" : handset.number);
  say("condition", CONDITIONS[handset.kind] ?? "");
  const another = log.dataset.handset !== handset.id;
  const atEnd = another || log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  if (another) {
    log.setAttribute("aria-live", "off");
    log.replaceChildren();
    log.dataset.handset = handset.id;
  }
  drawLines();
  if (atEnd) log.scrollTop = log.scrollHeight;
  if (!another) return;
  words.focus();
  requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
}

function drawLines() {
  const drawn = [...log.querySelectorAll(".line")];
  view.thread.forEach((line, place) => {
    if (!drawn[place]) {
      const rule = separator(view.thread[place - 1], line);
      if (rule) log.append(make("p", "rule", rule));
    }
    drawState(drawn[place] ?? newLine(line), line);
  });
}

function newLine(line) {
  const node = make("div", line.mine ? "line mine" : "line");
  const bubble = make("div", "bubble");
  bubble.append(make("span", "unseen", line.mine ? "You: " : "Practice: "));
  if (line.photo) bubble.append(make("span", "picture", "Photo"));
  if (line.body) bubble.append(make("span", "body", line.body));
  node.append(bubble, make("p", "state"));
  log.append(node);
  return node;
}

function drawState(node, line) {
  const sentences = {
    sending: "Sending …",
    delivered: "Delivered",
    kept: `Not yet at the practice. ${line.problem}`,
    failed: `Not delivered. ${line.problem}`,
  };
  node.classList.toggle("failed", line.state === "failed");
  put(node.querySelector(".state"), line.mine ? `${sentences[line.state]} · ${time(line.at)}` : time(line.at));
}

function separator(before, line) {
  const day = (one) => new Date(one.at).toLocaleDateString("en-US", ZONE);
  const parts = [];
  if (!before || day(before) !== day(line)) {
    parts.push(new Date(line.at).toLocaleDateString("en-US", { weekday: "long", month: "long", day: "numeric", ...ZONE }));
  }
  if (!before || before.other !== line.other) parts.push(line.other);
  return parts.join(" · ");
}

function pick(id) {
  drafts.set(opened, written());
  opened = id;
  history.replaceState(null, "", id ? `#${id}` : location.pathname);
  write(drafts.get(id));
  say("unsent", unsent.get(id) ?? "");
  view.version = "";
  return look();
}

async function putAway() {
  const left = opened;
  await pick("");
  byId("handsets").querySelector(`[data-id="${left}"]`)?.focus();
}

async function send() {
  const handset = opened;
  const text = written();
  if (!text.body.trim() && !text.photo) return;
  write();
  tellUnsent(handset, "");
  words.focus();
  setTimeout(look, 60);
  const { sid, problem } = await post("/phone/texts", { handset, ...text });
  if (!sid) giveBack(handset, text, problem);
  look();
}

// Nothing took the text: it stands in its box again, before whatever was written there meanwhile.
function giveBack(handset, text, problem) {
  const since = (handset === opened ? written() : drafts.get(handset)) ?? { body: "" };
  const whole = { body: [text.body, since.body].filter(Boolean).join("\n"), photo: text.photo || since.photo };
  if (handset === opened) write(whole);
  else drafts.set(handset, whole);
  tellUnsent(handset, `Not sent. ${problem} Your words are kept here: send them again.`);
}

function tellUnsent(handset, sentence) {
  unsent.set(handset, sentence);
  if (handset === opened) say("unsent", sentence);
}

function written() {
  return { body: words.value, photo: byId("photo").getAttribute("aria-pressed") === "true" };
}

function write(text = { body: "", photo: false }) {
  words.value = text.body;
  attach(text.photo);
  grow();
}

async function addPhone(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const { id, problem } = await post("/phone/handsets", Object.fromEntries(new FormData(form)));
  say("new-problem", problem ?? "");
  if (!id) return;
  form.reset();
  form.parentElement.open = false;
  pick(id);
}

function telephone(act, value) {
  if (act === "other-side") return post("/phone/calls/other-side", { result: value }, "PUT");
  if (act === "habit") return post("/phone/calls/habit", { handset: opened, result: value }, "PUT");
  setTimeout(look, 60);
  return post("/phone/calls", { handset: opened, act, value });
}

async function post(address, what, method = "POST") {
  try {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(address, { method, headers, body: JSON.stringify(what) });
    return await answer.json();
  } catch {
    return { problem: "The stand-in carrier does not answer. Is the demo still running?" };
  }
}

function attach(on) {
  byId("photo").setAttribute("aria-pressed", String(on));
  byId("attached").hidden = !on;
}

function grow() {
  words.rows = Math.min(5, words.value.split("\n").length + Math.floor(words.value.length / 60));
}

function make(tag, name = "", text = "") {
  const node = document.createElement(tag);
  node.className = name;
  node.textContent = text;
  return node;
}

function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function say(id, text) {
  put(byId(id), text);
  byId(id).hidden = !text;
}

function time(at) {
  return new Date(at).toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit", ...ZONE });
}

words.addEventListener("input", grow);
words.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
});
byId("write").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
byId("photo").addEventListener("click", () => {
  attach(byId("photo").getAttribute("aria-pressed") !== "true");
  words.focus();
});
byId("back").addEventListener("click", putAway);
byId("new-phone").addEventListener("submit", addPhone);
document.addEventListener("visibilitychange", look);
listenToSwitches(look);
listenToCalls(telephone, look);
look();
