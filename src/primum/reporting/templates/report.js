// Comfort only: sorting and filtering. Everything can be read without it, and it sends nothing anywhere.
"use strict";
(() => {
  const figure = text => {
    const found = text.replace(/[,%<>+]/g, "").replace("−", "-").match(/^\s*(-?\d+(\.\d+)?)(\/(\d+))?/);
    return found ? (found[4] ? found[1] / Math.max(1, found[4]) : Number(found[1])) : null;
  };
  const sort = (table, column, header) => {
    const down = header.getAttribute("aria-sort") !== "descending";
    for (const other of header.parentElement.children) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const keyed = [...body.rows].map(row => [row.cells[column]?.textContent.trim() ?? "", row]);
    keyed.sort(([a], [b]) => {
      const [x, y] = [figure(a), figure(b)];
      if (x === null && y === null) return down ? b.localeCompare(a) : a.localeCompare(b);
      if (x === null || y === null) return x === null ? 1 : -1; // what has no figure stays last
      return down ? y - x : x - y;
    });
    body.append(...keyed.map(([, row]) => row));
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    if (table.tBodies.length !== 1 || table.tBodies[0].rows.length < 3) continue;
    [...table.tHead.rows[0].cells].forEach((header, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () => sort(table, column, header));
    });
  }
  const openTarget = () => {
    let place = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const target = place;
    for (; place; place = place.parentElement) if (place.tagName === "DETAILS") place.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", openTarget);
  openTarget();
  const cases = document.getElementById("cases");
  if (cases) {
    const tools = document.createElement("div");
    tools.className = "tools";
    const label = document.createElement("label");
    label.textContent = "Filter cases ";
    const input = document.createElement("input");
    input.type = "search";
    input.placeholder = "target, domain, words …";
    label.append(input);
    const status = document.createElement("span");
    status.setAttribute("role", "status");
    const all = [...cases.querySelectorAll(".case")];
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const one of all) {
        const text = one.textContent.toLowerCase();
        one.hidden = !words.every(word => text.includes(word));
        shown += !one.hidden;
      }
      status.textContent = words.length ? `${shown} of ${all.length} shown` : "";
    });
    const fold = document.createElement("button");
    fold.type = "button";
    fold.textContent = "Open all";
    fold.addEventListener("click", () => {
      const open = fold.textContent === "Open all";
      for (const one of all) one.open = open;
      fold.textContent = open ? "Fold all" : "Open all";
    });
    tools.append(label, fold, status);
    cases.before(tools);
  }
})();
