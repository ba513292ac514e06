"use strict";
// Shows one question for everybody, takes marks, keeps them in this browser and saves them as a file.
(() => {
  const SIGNS = { there: "✓", missing: "✗", "cannot tell": "?", passed: "✓", failed: "✗", "not reached": "·", "by hand": "…" };
  const part = (id) => document.getElementById(id);
  const data = JSON.parse(part("data").textContent);
  const list = part("students"), told = part("told");
  const place = `marks ${data.id}`;
  let at = 0, current = 0, cards = [];

  const marks = new Map(read());
  let isKept = true;

  function read() {
    try {
      return Object.entries(JSON.parse(localStorage.getItem(place) || "{}"));
    } catch {
      return [];
    }
  }

  function keep() {
    try {
      localStorage.setItem(place, JSON.stringify(Object.fromEntries(marks)));
      isKept = true;
    } catch {
      isKept = false;
    }
    part("kept").textContent = isKept
      ? "Marks stay in this browser until they are forgotten; save them to hand them on."
      : "This browser keeps nothing: save marks.csv before you close the page.";
  }

  const question = () => data.questions[at];
  const keyOf = (row) => `${row.student} ${question().check}`;

  function markOf(row) {
    const own = marks.get(keyOf(row));
    if (own) return own;
    const before = row.parts[question().part].mark;
    return before ? { points: before[0], why: before[1] } : null;
  }

  function element(name, text, parent, kind = "") {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    if (parent) parent.append(made);
    return made;
  }

  function sign(state, parent) {
    const made = element("span", SIGNS[state] || "", parent, `sign ${state.replace(" ", "-")}`);
    made.setAttribute("aria-hidden", "true");
    if (state) element("span", `${state}: `, parent, "aloud");
  }

  function pictures(row, shown, card) {
    if (!shown.pictures) return;
    const around = element("div", "", card, "cut");
    around.tabIndex = 0;
    around.setAttribute("role", "region");
    around.setAttribute("aria-label", `Report of ${row.name || row.student}`);
    around.hidden = Boolean(shown.scan && !row.name);
    shown.pictures.forEach((picture, number) => {
      const image = element("img", "", around);
      image.loading = "lazy";
      image.decoding = "async";
      image.width = picture.width;
      image.height = picture.height;
      image.alt = `${question().part}, part ${number + 1} of ${shown.pictures.length}`;
      image.src = `${encodeURIComponent(data.folder)}/${encodeURIComponent(picture.file)}`;
    });
    if (!around.hidden) return;
    const reveal = element("button", "Reveal the scan", card, "reveal");
    reveal.type = "button";
    reveal.addEventListener("click", () => {
      around.hidden = false;
      reveal.remove();
    });
  }

  function points(shown, card) {
    const items = element("ul", "", card, "checks");
    for (const point of shown.points || []) {
      const line = element("li", "", items);
      sign(point.state, line);
      element("span", point.asks, line);
      if (point.note) element("span", ` ${point.note}`, line, "quiet");
    }
    if (!items.children.length) items.remove();
  }

  function said(shown, card) {
    if (!shown.said) return;
    const around = element("section", "", card);
    element("h4", "The autograder says", around);
    const items = element("ul", "", around, "checks");
    for (const one of shown.said) {
      const line = element("li", "", items);
      sign(one.status, line);
      element("span", one.asks, line);
      if (one.points) element("span", ` ${one.points}`, line, "quiet");
      if (one.words) element("p", one.words, line, "quiet words");
    }
  }

  function field(name, kind, parent) {
    const label = element("label", `${name} `, parent);
    const input = element("input", "", label);
    input.type = kind;
    return input;
  }

  function marking(row, number, card) {
    const around = element("div", "", card, "tools");
    const given = field("Points", "number", around);
    given.min = 0;
    given.step = "any";
    if (question().most !== null) {
      given.max = question().most;
      element("span", `of ${question().most}`, around, "quiet");
    }
    const why = field("Comment", "text", around);
    why.autocomplete = given.autocomplete = "off";
    const mark = markOf(row);
    if (mark) {
      given.value = mark.points;
      why.value = mark.why;
    }
    const store = () => take(row, given, why);
    for (const input of [given, why]) {
      input.addEventListener("input", store);
      input.addEventListener("focus", () => point(number, false));
      input.addEventListener("keydown", (event) => {
        if (event.key === "Escape") cards[number].card.focus();
        if (event.key === "Enter") {
          event.preventDefault();
          if (given.checkValidity()) go(number + 1);
        }
      });
    }
    return { given, why, store };
  }

  function take(row, given, why) {
    const isBare = given.value === "" && !given.validity.badInput && why.value !== "";
    given.setCustomValidity(isBare ? "A comment needs points beside it." : "");
    const isRight = given.checkValidity();
    given.setAttribute("aria-invalid", String(!isRight));
    if (given.value === "" && !given.validity.badInput) marks.delete(keyOf(row));
    else if (isRight) marks.set(keyOf(row), { points: Number(given.value), why: why.value });
    keep();
    tell();
  }

  function made(row, number) {
    const shown = row.parts[question().part];
    const card = element("li", "", null, "card");
    card.tabIndex = -1;
    const head = element("h3", row.name || row.student, card);
    if (row.name && row.name !== row.student) element("span", ` ${row.student}`, head, "quiet");
    for (const remark of row.remarks) element("p", remark, card, "quiet");
    pictures(row, shown, card);
    if (shown.note) element("p", shown.note, card, "quiet");
    points(shown, card);
    said(shown, card);
    card.addEventListener("click", () => point(number, false));
    return { card, row, ...marking(row, number, card) };
  }

  function draw() {
    cards = data.rows.map(made);
    list.replaceChildren(...cards.map(({ card }) => card));
    part("question").textContent = `${question().part} ${question().title}`;
    part("asks").textContent = question().asks
      + (question().most === null ? " It has no points in the rubric: a batch will not take any." : "");
    for (const [number, button] of [...part("questions").querySelectorAll("button")].entries()) {
      if (number === at) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    point(0, false);
  }

  function tell() {
    const done = cards.filter(({ row }) => markOf(row)).length;
    const one = data.rows.length ? current + 1 : 0;
    told.textContent = `Student ${one} of ${data.rows.length}; ${done} marked here, ${marks.size} to save`;
  }

  function point(number, moves = true) {
    if (cards[current]) cards[current].card.removeAttribute("aria-current");
    current = Math.max(0, Math.min(number, cards.length - 1));
    const here = cards[current];
    part("before").disabled = current === 0;
    part("after").disabled = current >= cards.length - 1;
    tell();
    if (!here) return;
    here.card.setAttribute("aria-current", "true");
    if (!moves) return;
    here.card.focus({ preventScroll: true });
    here.card.scrollIntoView({ block: "nearest" });
  }

  function go(number) {
    if (number < 0 || number >= cards.length) cards[current].card.focus();
    else point(number);
  }

  function ask(number) {
    if (number < 0 || number >= data.questions.length) return;
    at = number;
    draw();
    if (cards.length) cards[0].card.focus({ preventScroll: true });
    part("question").scrollIntoView();
  }

  function give(points) {
    const here = cards[current];
    if (points === null) {
      here.given.focus();
      return;
    }
    here.given.value = points;
    here.store();
    go(current + 1);
  }

  const KEYS = {
    n: () => go(current + 1),
    p: () => go(current - 1),
    ArrowRight: () => go(current + 1),
    ArrowLeft: () => go(current - 1),
    N: () => ask(at + 1),
    P: () => ask(at - 1),
    m: () => cards[current].given.focus(),
    c: () => cards[current].why.focus(),
    a: () => give(question().most),
    z: () => give(0),
    r: () => cards[current].card.querySelector(".reveal")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
    if (!part("single").checked || !cards.length || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  // What a spreadsheet may take for a formula gets a mark that is a letter like any other.
  function cell(value) {
    const text = String(value).replace(/^(?=[\s"'`]*[=+\-@])/, typeof value === "number" ? "" : "’");
    return `"${text.replaceAll('"', '""')}"`;
  }

  function save() {
    const lines = [["student", "check", "points", "why"]];
    for (const { student } of data.rows) {
      for (const { check } of data.questions) {
        const mark = marks.get(`${student} ${check}`);
        if (mark) lines.push([student, check, mark.points, mark.why]);
      }
    }
    const text = lines.map((line) => line.map(cell).join(",")).join("\n");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/csv" }));
    link.download = "marks.csv";
    link.click();
    URL.revokeObjectURL(link.href);
    isKept = true;
  }

  data.questions.forEach(({ part: name, title }, number) => {
    const button = element("button", name, element("li", "", part("questions")));
    button.type = "button";
    button.title = title;
    button.addEventListener("click", () => ask(number));
  });
  part("before").addEventListener("click", () => go(current - 1));
  part("after").addEventListener("click", () => go(current + 1));
  part("save").addEventListener("click", save);
  part("forget").addEventListener("click", () => {
    if (!confirm(`Forget ${marks.size} marks? Those that were saved as a file stay there.`)) return;
    marks.clear();
    keep();
    draw();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isKept && marks.size) event.preventDefault();
  });
  part("tools").hidden = false;
  keep();
  draw();
})();
