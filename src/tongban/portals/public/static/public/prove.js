// Proving a file: its SHA-256 is computed here, so the file never leaves the machine; only the hash is asked for.
// A proof file is sent and checked. Without scripts, or without WebCrypto, the form sends the file.
(function () {
  "use strict";
  if (!window.crypto || !window.crypto.subtle) { return; }
  var PROOF = "c2sp.org/tlog-proof@";
  function hex(buffer) {
    return Array.prototype.map.call(new Uint8Array(buffer), function (byte) {
      return ("0" + byte.toString(16)).slice(-2);
    }).join("");
  }
  // Of a certificate's text an act names only the part that the issuer signed, up to the first tilde.
  function signedPart(bytes) {
    var text = new TextDecoder("iso-8859-1").decode(bytes);
    if (text.trimStart().indexOf("eyJ") === 0 && text.indexOf("~") > 0) {
      return new TextEncoder().encode(text.trim().split("~")[0]);
    }
    return bytes;
  }
  document.querySelectorAll("form[data-prove]").forEach(function (form) {
    var input = form.querySelector("input[type=file]");
    var state = form.querySelector("[data-prove-state]");
    function prove(file) {
      file.arrayBuffer().then(function (bytes) {
        var head = new TextDecoder().decode(bytes.slice(0, PROOF.length));
        if (head === PROOF) { form.submit(); return null; }
        return window.crypto.subtle.digest("SHA-256", signedPart(bytes)).then(function (digest) {
          state.textContent = hex(digest);
          window.location.assign(form.dataset.prove + "?entry=" + hex(digest) + "#checked");
        });
      });
    }
    form.addEventListener("submit", function (event) {
      if (input.files.length) { event.preventDefault(); prove(input.files[0]); }
    });
    form.addEventListener("dragover", function (event) { event.preventDefault(); });
    form.addEventListener("drop", function (event) {
      event.preventDefault();
      if (event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        prove(input.files[0]);
      }
    });
  });
})();
