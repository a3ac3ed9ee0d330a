/** Shows one of the notices the page brought along (`<template data-notice="name">`). */
export function showNotice(name: string): void {
  const region = document.querySelector<HTMLElement>('[data-notices]')
  const template = document.querySelector<HTMLTemplateElement>(`template[data-notice="${name}"]`)
  if (!region || !template) return
  region.replaceChildren(template.content.cloneNode(true))
  region.scrollIntoView({ block: 'nearest' })
}

export function clearNotices(): void {
  document.querySelector('[data-notices]')?.replaceChildren()
}
