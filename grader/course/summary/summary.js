"use strict";
// Draws the table of students in windows: sorted by a column, searched by words.
(() => {
  const WINDOW = 50;
  const [NAME, KEY, MORE, STATE, WHY, POINTS, OF, LATE, SECONDS, DECIDED, MISTAKES, FIRST] =
    Array(12).keys();
  const GRADED = "graded";
  const part = (id) => document.getElementById(id);
  const data = JSON.parse(part("data").textContent);
  const body = part("body"), search = part("search"), told = part("told");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const inOrder = new Intl.Collator("en", { numeric: true }).compare;

  const people = data.rows.map((row) => ({
    row,
    text: plain([row[NAME], row[KEY], row[MORE], row[STATE], row[WHY]].join(" ")),
    mistakes: new Set(row[MISTAKES].map((at) => data.mistakes[at])),
  }));
  const columns = {
    student: (row) => row[NAME] || row[KEY],
    state: (row) => row[STATE],
    points: (row) => row[POINTS],
    late: (row) => row[LATE],
    seconds: (row) => row[SECONDS],
  };
  data.questions.forEach((number, at) => {
    columns[`q${number}`] = (row) => row[FIRST + at];
  });

  let found = people, first = 0, sorted = "student", rising = true;

  function element(name, text, parent) {
    const made = document.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  }

  function value(points) {
    return points === null || points === undefined ? "" : String(points);
  }

  function link(kind, ending, row, parent) {
    if (!data.links[kind] || row[POINTS] === null) return;
    const made = element("a", kind, parent);
    made.href = `${kind}/${encodeURIComponent(row[KEY])}.${ending}`;
    made.setAttribute("aria-label", `${kind} of ${row[NAME] || row[KEY]}`);
    parent.append(" ");
  }

  function line({ row }) {
    const made = document.createElement("tr");
    const head = element("th", row[NAME] || row[KEY], made);
    head.scope = "row";
    head.className = "text";
    if (row[NAME]) element("span", ` ${row[KEY]}`, head).className = "quiet";
    const state = element("td", row[STATE], made);
    state.className = "text";
    if (row[STATE] !== GRADED) state.classList.add("notable");
    const points = element("td", value(row[POINTS]), made);
    if (row[POINTS] !== null) element("span", ` of ${row[OF]}`, points).className = "quiet";
    if (row[DECIDED]) element("span", " decided by a person", points).className = "quiet";
    element("td", row[LATE] === null ? "not known" : value(row[LATE]), made);
    data.questions.forEach((_, at) => element("td", value(row[FIRST + at]), made));
    element("td", value(row[SECONDS]), made);
    const links = element("td", "", made);
    links.className = "text";
    link("feedback", "html", row, links);
    link("results", "json", row, links);
    return made;
  }

  function draw() {
    body.replaceChildren(...found.slice(first, first + WINDOW).map(line));
    const last = Math.min(first + WINDOW, found.length);
    const count = found.length.toLocaleString("en");
    told.textContent = found.length ? `${first + 1} to ${last} of ${count} students` : "Nobody";
    part("before").disabled = first === 0;
    part("after").disabled = last === found.length;
  }

  function sort() {
    const of = columns[sorted];
    const sign = rising ? 1 : -1;
    found.sort((one, other) => {
      const [a, b] = [of(one.row), of(other.row)];
      const [none, nothing] = [a === null || a === undefined, b === null || b === undefined];
      if (none || nothing) return none - nothing; // what is not known is last either way
      return sign * (typeof a === "number" ? a - b : inOrder(a, b));
    });
  }

  function show() {
    const words = search.value.split(/\s+/).filter(Boolean);
    const mistakes = words.filter((word) => word.startsWith("mistake:"))
      .map((word) => word.slice("mistake:".length).replaceAll("~", " "));
    const texts = words.filter((word) => !word.startsWith("mistake:")).map(plain);
    found = people.filter(({ text, mistakes: made }) =>
      texts.every((word) => text.includes(word)) && mistakes.every((name) => made.has(name)));
    sort();
    first = 0;
    draw();
  }

  function sortBy(button) {
    const column = button.dataset.column;
    // Points are looked through from the least, which is where help is needed.
    rising = sorted === column ? !rising : true;
    sorted = column;
    for (const head of document.querySelectorAll("#students th[aria-sort]")) {
      head.removeAttribute("aria-sort");
    }
    button.parentElement.setAttribute("aria-sort", rising ? "ascending" : "descending");
    show();
  }

  function turn(step) {
    first += step * WINDOW;
    draw();
    // At an end the keyboard would be nowhere: the button that was pressed cannot be any more.
    if (part("after").disabled) part("before").focus();
    else if (part("before").disabled) part("after").focus();
  }

  for (const button of document.querySelectorAll("button[data-column]")) {
    button.addEventListener("click", () => sortBy(button));
  }
  for (const button of document.querySelectorAll("button[data-search]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      search.value = button.dataset.search;
      show();
      search.focus();
      search.scrollIntoView();
    });
  }
  search.addEventListener("input", show);
  part("before").addEventListener("click", () => turn(-1));
  part("after").addEventListener("click", () => turn(1));
  part("tools").hidden = false;
  show();
})();
