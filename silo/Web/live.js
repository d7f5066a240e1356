// Renews the parts of a page that changed. The page's own address, asked for as an event stream, sends them as {id: html}.
"use strict";
(() => {
  const state = document.getElementById("live");
  if (!state) return;

  // Who had put the focus on a link or a button finds it there again.
  const nameOf = element => element && (element.id ? `#${CSS.escape(element.id)}`
    : element.matches("a[href]") ? `a[href="${CSS.escape(element.getAttribute("href"))}"]` : null);

  const replace = (id, html) => {
    const old = document.getElementById(id);
    if (!old) return;
    const focused = old.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    old.outerHTML = html;
    if (focused) document.getElementById(id)?.querySelector(focused)?.focus({ preventScroll: true });
  };

  const say = (text, isBad) => {
    if (state.textContent !== text) state.textContent = text;
    state.classList.toggle("bad", isBad);
  };

  const source = new EventSource(location.href);
  source.addEventListener("parts", event => {
    for (const [id, html] of Object.entries(JSON.parse(event.data))) replace(id, html);
    say("live", false);
  });
  source.addEventListener("error", () => {
    say(`no answer from this node since ${new Date().toLocaleTimeString()}; trying again`, true);
    // Refused for good: the login has ended, or the node was started anew with another token. The page itself says so.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
  });
})();
