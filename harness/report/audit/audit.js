"use strict";
// Filters the table of revisions, and opens everything while the page is printed.
(() => {
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("main details:not([open])")];
    for (const part of closed) part.open = true;
  });
  addEventListener("afterprint", () => { for (const part of closed) part.open = false; });
  const filters = document.querySelector(".filters");
  if (!filters) return;
  const rows = [...document.querySelectorAll("#revisions-table tbody tr")];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const [risk, status, search] = ["risk", "status", "text"].map((name) => filters.querySelector(`[name=${name}]`));
  const shown = filters.querySelector(".shown");
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      row.hidden = (risk.value && row.dataset.risk !== risk.value) || (status.value && row.dataset.status !== status.value)
        || !words.every((word) => texts.get(row).includes(word));
    }
    const left = rows.filter((row) => !row.hidden).length;
    shown.textContent = `${left} of ${rows.length} shown`;
  };
  filters.addEventListener("input", apply);
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    }
  });
  filters.hidden = false;
  apply();
})();
