/** The number that waits, where it is seen from another tab: in the title and on the icon. */

const MARK = /^\(\d+\+?\) /

/** Keeps `(3) ` before the title, whatever page sets it. @returns how to stop */
export function keepInTitle(count: number): () => void {
  const apply = () => {
    const plain = document.title.replace(MARK, '')
    const wanted = count > 0 ? `(${count > 99 ? '99+' : count}) ${plain}` : plain
    if (document.title !== wanted) document.title = wanted
  }
  apply()
  const observer = new MutationObserver(apply)
  observer.observe(document.head, { childList: true, subtree: true, characterData: true })
  return () => observer.disconnect()
}

const SHIELD =
  '<path d="M16 3.5 5 7.6v7.9c0 6.4 4.6 10.6 11 13 6.4-2.4 11-6.6 11-13V7.6z"/><path d="m11 15.8 3.6 3.6 6.8-7"/>'

/** The product's icon with a number in its corner, as one more icon: the last of equally good ones is shown. */
export function showOnIcon(count: number): void {
  document.querySelector('link[data-waiting]')?.remove()
  if (count === 0) return
  const text = count > 9 ? '9+' : String(count)
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="#6366f1" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round">' +
    `${SHIELD}<g stroke="none"><circle cx="22.5" cy="22.5" r="9.5" fill="#6d28d9"/>` +
    `<text x="22.5" y="27" text-anchor="middle" font-family="system-ui,sans-serif" font-weight="700" font-size="${text.length > 1 ? 11 : 13}" fill="#fff">${text}</text></g></svg>`
  // The page's own is React's: changed, it would be put there a second time.
  const icon = document.createElement('link')
  icon.rel = 'icon'
  icon.type = 'image/svg+xml'
  icon.setAttribute('sizes', 'any')
  icon.dataset.waiting = String(count)
  icon.href = `data:image/svg+xml,${encodeURIComponent(svg)}`
  document.head.append(icon)
}
