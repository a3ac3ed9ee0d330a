() => {
  // Measures one page against the rules of the look; returns a sentence for each fault.
  const faults = []
  const shown = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  const name = (node) =>
    `<${node.localName} class="${node.className?.baseVal ?? node.className}"> ${(node.textContent ?? '').trim().slice(0, 40)}`
  const hidden = (node) => node.closest('.visually-hidden, .skip-link') !== null
  const wide = document.documentElement.clientWidth

  // Nothing scrolls sideways but the regions made for it.
  if (document.scrollingElement.scrollWidth > wide + 1) {
    const out = [...document.querySelectorAll('body *')].filter((node) => {
      const box = node.getBoundingClientRect()
      return shown(node) && !hidden(node) && !node.closest('.table-scroll') && (box.right > wide + 1 || box.left < -1)
    })
    faults.push(`scrolls sideways (${document.scrollingElement.scrollWidth}): ${out.slice(-2).map(name).join(' | ')}`)
  }

  // Nothing is cut off inside its own box.
  for (const node of document.querySelectorAll('button, .button, h1, h2, h3, .menu-button, .menu-item')) {
    if (shown(node) && !hidden(node) && node.scrollWidth > node.clientWidth + 2 && node.clientWidth)
      faults.push(`is cut off: ${name(node)}`)
  }

  // Targets: 24 px at least, but for links inside running text.
  const running = (node) =>
    node.localName === 'a' &&
    getComputedStyle(node).display === 'inline' &&
    node.parentElement.textContent.trim().length > node.textContent.trim().length
  for (const node of document.querySelectorAll('a[href], button, summary, select, input:not([type=hidden]), textarea')) {
    if (!shown(node) || hidden(node) || running(node)) continue
    const target = ['radio', 'checkbox'].includes(node.type) ? (node.closest('label') ?? node) : node
    const box = target.getBoundingClientRect()
    if (box.height && (box.height < 24 || box.width < 24))
      faults.push(`target of ${Math.round(box.width)} × ${Math.round(box.height)}: ${name(target)}`)
  }

  // One primary action, but on the page that shows all components.
  const buttons = document.querySelectorAll('main .button:not(.button-secondary, .button-quiet, .button-danger)')
  const verbs = new Set([...buttons].filter(shown).map((node) => node.textContent.trim()))
  if (verbs.size > 1 && !location.pathname.endsWith('/styleguide/'))
    faults.push(`primary buttons: ${[...verbs].join(' | ')}`)

  // Sizes of text.
  const size = (node) => parseFloat(getComputedStyle(node).fontSize)
  if (size(document.body) < 16) faults.push(`body text of ${size(document.body)} px`)
  for (const node of document.querySelectorAll('.prose > p, .prose > ul > li, .question-prompt')) {
    if (shown(node) && size(node) < (node.matches('.prose *') ? 18 : 16)) faults.push(`text of ${size(node)} px: ${name(node)}`)
  }
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim())
    if (own && shown(node) && !hidden(node) && size(node) < 14) faults.push(`text of ${size(node)} px: ${name(node)}`)
    if (own && getComputedStyle(node).textAlign === 'justify') faults.push(`justified: ${name(node)}`)
  }
  return [...new Set(faults)]
}
