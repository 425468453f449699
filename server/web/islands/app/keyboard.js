// Keys that work on every page. Pages add their own: an element with data-key="c" is clicked when c is pressed.

/** Whether a key belongs to what the person is writing in, or to the browser, and not to us. */
export function isTyping(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.isComposing
    || event.target.closest?.('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog');
}

const isSeen = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || isTyping(event)) return;
  if (event.key === '?') {
    document.getElementById('keys')?.showModal();
    return;
  }
  if (event.key.length > 1) return;
  const wanted = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].find(isSeen);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches('input, textarea, select')) wanted.focus();
  else wanted.click();
});
