// The switches of what may go wrong: each is the carrier's own fault of that name (PUT and DELETE /phone/faults).

const byId = (id) => document.getElementById(id);
const OFTEN = { 1: { times: 1 }, all: { times: null }, some: { times: null, chance: 0.25, seed: 1 } };

export function drawFaults(armed) {
  const on = new Map(armed.map((fault) => [fault.name, fault.on]));
  for (const row of rows()) {
    const how = on.get(row.dataset.fault);
    row.classList.toggle("on", Boolean(how));
    row.querySelector("input[type=checkbox]").checked = Boolean(how);
    put(row.querySelector(".how"), how ? `On: ${inWords(how)}.` : "");
  }
  byId("storm").hidden = armed.length === 0;
  const lines = armed.map((fault) => `${fault.sentence} (${inWords(fault.on)})`);
  const list = byId("storm-list");
  if (lines.join() === list.dataset.lines) return;
  list.dataset.lines = lines.join();
  list.replaceChildren(...lines.map(line));
}

export function listenToSwitches(look) {
  for (const row of rows()) {
    row.querySelector("input[type=checkbox]").addEventListener("change", (event) => flick(row, event.target.checked, look));
  }
  byId("calm").addEventListener("click", () => ask("DELETE", "").then(look));
}

async function flick(row, on, look) {
  const box = row.querySelector("input[type=checkbox]");
  const done = on ? await ask("PUT", `/${row.dataset.fault}`, knobs(row)) : await ask("DELETE", `/${row.dataset.fault}`);
  if (!done) box.checked = !on;
  look();
}

function knobs(row) {
  const wait = row.querySelector("input[type=number]");
  return { ...OFTEN[byId("often").value], ...(wait && { seconds: Number(wait.value) }) };
}

// Whether the carrier did it; what it has against it stands on the screen.
async function ask(method, path, what) {
  const body = what && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(what) };
  let problem = "The stand-in carrier does not answer.";
  try {
    const answer = await fetch(`/phone/faults${path}`, { method, ...body });
    problem = (await answer.json()).problem ?? "";
  } catch {
    // nobody there: the sentence above says so
  }
  put(byId("fault-problem"), problem);
  byId("fault-problem").hidden = !problem;
  return !problem;
}

function inWords({ left, chance, seconds }) {
  const which = left === 1 ? "the next time" : left ? `the next ${left} times` : "every time";
  const odds = chance < 1 ? `about ${Math.round(chance * 100)} in 100` : which;
  return seconds ? `${odds}, ${seconds} seconds` : odds;
}

function line(text) {
  const item = document.createElement("li");
  item.textContent = text;
  return item;
}

function rows() {
  return document.querySelectorAll("[data-fault]");
}

function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
