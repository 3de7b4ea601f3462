"use strict";
// Filters the findings. What is chosen stands in the address, so that a link shows what its sender saw.
(() => {
  const filters = document.querySelector(".filters");
  const groups = [...document.querySelectorAll(".group")];
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("main details:not([open])")];
    for (const part of closed) part.open = true;
  });
  addEventListener("afterprint", () => { for (const part of closed) part.open = false; });
  if (!filters) return;

  const findings = [...document.querySelectorAll(".finding")];
  const haystacks = new Map(findings.map((finding) => [
    finding, `${finding.closest(".group").querySelector("h3").textContent} ${finding.textContent}`.toLowerCase()]));
  const severities = [...filters.querySelectorAll("[name=severity]")];
  const choices = ["rule", "table", "text"].map((name) => filters.querySelector(`[name=${name}]`)).filter(Boolean);
  const status = filters.querySelector(".shown");
  const noneLeft = document.querySelector(".none-left");

  // One that is told once for many revisions counts as often as it was found.
  const times = (some) => some.reduce((sum, finding) => sum + Number(finding.dataset.times ?? 1), 0);

  const remember = () => {
    const query = new URLSearchParams();
    if (!severities.every((box) => box.checked)) {
      query.set("severity", severities.filter((box) => box.checked).map((box) => box.value).join(","));
    }
    for (const choice of choices) if (choice.value) query.set(choice.name, choice.value);
    const text = query.toString();
    try {
      history.replaceState(null, "", `${location.pathname}${text ? `?${text}` : ""}${location.hash}`);
    } catch { /* an address that cannot be changed, such as that of a frame without an origin */ }
  };

  const apply = () => {
    const wanted = new Set(severities.filter((box) => box.checked).map((box) => box.value));
    const [rule, table, text] = ["rule", "table", "text"].map((name) => choices.find((c) => c.name === name)?.value ?? "");
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    for (const finding of findings) {
      const { severity, rule: ownRule, table: ownTable } = finding.dataset;
      finding.hidden = !(wanted.has(severity) && (!rule || rule === ownRule) && (!table || table === ownTable)
        && words.every((word) => haystacks.get(finding).includes(word)));
    }
    for (const group of groups) group.hidden = !group.querySelector(".finding:not([hidden])");
    const shown = times(findings.filter((finding) => !finding.hidden));
    status.textContent = `${shown} of ${times(findings)} findings shown`;
    noneLeft.hidden = shown > 0;
  };

  const query = new URLSearchParams(location.search);
  if (query.has("severity")) {
    const wanted = query.get("severity").split(",");
    for (const box of severities) box.checked = wanted.includes(box.value);
  }
  for (const choice of choices) choice.value = query.get(choice.name) ?? "";
  for (const choice of choices) if (choice.value === "" && choice.tagName === "SELECT") choice.selectedIndex = 0;
  filters.addEventListener("input", () => { apply(); remember(); });
  filters.addEventListener("click", (event) => {
    const open = event.target.dataset?.open;
    if (open) for (const finding of findings) if (!finding.hidden) finding.open = open === "true";
  });
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      filters.querySelector("[name=text]").focus();
    }
  });
  filters.hidden = false;
  apply();
})();
