// Passkeys: asks the browser for what the form's data-options name, puts the answer into the form and sends it.
// Without scripts the form stays hidden and the page says so.
(function () {
  "use strict";
  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (char) { return char.charCodeAt(0); });
  }
  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function known(list) {
    return (list || []).map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
  }
  function wanted(form) {
    var options = JSON.parse(form.dataset.options);
    options.challenge = bytes(options.challenge);
    if (form.dataset.passkey === "create") {
      options.user.id = bytes(options.user.id);
      options.excludeCredentials = known(options.excludeCredentials);
    } else {
      options.allowCredentials = known(options.allowCredentials);
    }
    return { publicKey: options };
  }
  function answer(credential) {
    var given = credential.response;
    var parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    var response = {};
    parts.forEach(function (part) { if (given[part]) { response[part] = text(given[part]); } });
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response: response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  }
  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    if (!window.PublicKeyCredential) { return; }
    var failed = document.getElementById("passkey-failed");
    document.getElementById("passkey-unable").hidden = true;
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      if (form.elements.answer.value) { return; }
      event.preventDefault();
      failed.hidden = true;
      navigator.credentials[form.dataset.passkey](wanted(form)).then(function (credential) {
        form.elements.answer.value = answer(credential);
        form.submit();
      }, function () { failed.hidden = false; });
    });
  });
})();
