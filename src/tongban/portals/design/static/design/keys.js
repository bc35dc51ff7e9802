// Keys for people at work. What a key leads to carries data-key; a list's rows carry data-row. Single keys can be
// turned off (WCAG 2.1.4) and never act while one types; Ctrl+Enter sends the form in which the focus is.
(function () {
  "use strict";
  var dialog = document.getElementById("keys");
  var button = document.getElementById("keys-button");
  if (!dialog || !button || !dialog.showModal) { return; }
  var choice = dialog.querySelector("[name=single-keys]");
  var FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  try { choice.checked = localStorage.getItem("tb-keys") !== "off"; } catch (refused) { /* on, in this page */ }
  choice.addEventListener("change", function () {
    try { localStorage.setItem("tb-keys", choice.checked ? "on" : "off"); } catch (refused) { /* in this page */ }
  });
  button.hidden = false;
  button.addEventListener("click", function () { dialog.showModal(); });

  function typing(at) {
    return at.matches("textarea, select, [contenteditable]") ||
      (at.matches("input") && !at.matches("[type=checkbox], [type=radio], [type=button], [type=submit]"));
  }
  function reach(target) {
    if (target.matches("a[href]")) { target.click(); return; }
    for (var fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) { fold.open = true; }
    var first = target.matches(FOCUSABLE) ? target : target.querySelector(FOCUSABLE.replace(", summary", ""));
    (first || target).focus();
  }
  function step(by) {
    var rows = Array.from(document.querySelectorAll("[data-row]"));
    var at = rows.findIndex(function (row) { return row === document.activeElement || row.closest("tr, .tb-returned").contains(document.activeElement); });
    var next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next) { next.focus(); }
  }
  // A material of the one notice: 1 taken, 2 missing, 3 not as it should be.
  function judge(material, key) {
    var reason = document.getElementById(material.dataset.reason);
    material.checked = key !== "1";
    if (key === "2" && !reason.value) { reason.value = material.dataset.missing; }
    if (key === "1") { reason.value = ""; }
    if (key === "3") { reason.focus(); }
  }
  document.addEventListener("keydown", function (pressed) {
    var at = document.activeElement || document.body;
    if (pressed.key === "Enter" && pressed.ctrlKey && at.form && !dialog.open) {
      pressed.preventDefault();
      at.form.requestSubmit();
      return;
    }
    if (!choice.checked || dialog.open || typing(at) || pressed.ctrlKey || pressed.altKey || pressed.metaKey) { return; }
    var target = document.querySelector('[data-key="' + CSS.escape(pressed.key) + '"]');
    if (pressed.key === "?") { dialog.showModal(); }
    else if (pressed.key === "j") { step(1); }
    else if (pressed.key === "k") { step(-1); }
    else if ("123".includes(pressed.key) && at.dataset.reason) { judge(at, pressed.key); }
    else if (target) { reach(target); }
    else { return; }
    pressed.preventDefault();
  });
})();
