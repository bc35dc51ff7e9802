// The code that a holder shows: a new one comes before the old one ends. Without scripts, a link makes a new one.
(function () {
  "use strict";
  var place = document.getElementById("shown");
  if (!place || !window.fetch) { return; }
  var seconds = Number(place.dataset.seconds), lost = document.getElementById("shown-lost");
  function renew() {
    if (document.hidden) { return; }
    fetch(window.location.href, { credentials: "same-origin", redirect: "error" }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.text();
    }).then(function (text) {
      var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("shown");
      if (!fresh) { throw new Error("none"); }
      place.replaceChildren.apply(place, Array.from(fresh.childNodes));
      lost.hidden = true;
    }).catch(function () { lost.hidden = false; });
  }
  document.addEventListener("visibilitychange", renew);
  setInterval(renew, seconds * 500);
})();
