// Says shortly before the session ends, and lets one stay; at the end of its longest time nobody can. Other windows of this site count: each page marks its time.
(function () {
  "use strict";
  var seconds = Number(document.body.dataset.sessionSeconds);
  var box = document.getElementById("session-warning");
  if (!seconds || !box) { return; }
  var opened = Date.now(), loaded = opened, longest = Number(document.body.dataset.sessionLeft);
  function mark() {
    opened = Date.now();
    try { localStorage.setItem("tb-session", String(opened)); } catch (refused) { /* this window counts alone */ }
  }
  function last() {
    try { return Math.max(opened, Number(localStorage.getItem("tb-session")) || 0); } catch (refused) { return opened; }
  }
  function look() {
    var idle = seconds - (Date.now() - last()) / 1000, whole = longest - (Date.now() - loaded) / 1000;
    var soon = idle <= Number(box.dataset.before), closing = whole <= Number(box.dataset.closing);
    var ended = idle <= 0 || whole <= 0;
    box.hidden = !(soon || closing);
    box.querySelector("[data-soon]").hidden = ended || !soon || closing;
    box.querySelector("[data-last]").hidden = ended || !closing;
    box.querySelector("[data-ended]").hidden = !ended;
  }
  box.querySelector("button").addEventListener("click", function () {
    fetch(box.dataset.stay, { credentials: "same-origin", redirect: "manual" }).then(function (answer) {
      if (answer.status === 204) { mark(); }
      look();
    }, look);
  });
  mark();
  setInterval(look, 1000);
})();
