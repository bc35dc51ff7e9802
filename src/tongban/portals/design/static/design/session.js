// Says shortly before the session ends, and lets one stay. Other windows of this site count: each page marks its time.
(function () {
  "use strict";
  var seconds = Number(document.body.dataset.sessionSeconds);
  var box = document.getElementById("session-warning");
  if (!seconds || !box) { return; }
  var opened = Date.now();
  function mark() {
    opened = Date.now();
    try { localStorage.setItem("tb-session", String(opened)); } catch (refused) { /* this window counts alone */ }
  }
  function last() {
    try { return Math.max(opened, Number(localStorage.getItem("tb-session")) || 0); } catch (refused) { return opened; }
  }
  function look() {
    var left = seconds - (Date.now() - last()) / 1000;
    box.hidden = left > Number(box.dataset.before);
    box.querySelector("[data-soon]").hidden = left <= 0;
    box.querySelector("[data-ended]").hidden = left > 0;
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
