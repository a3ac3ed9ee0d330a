/** What the reader may choose in the footer. */
export interface Choice {
  name: string
  value: string
}

/** The attributes of the page after a choice: `null` removes the attribute. */
export function attributesFor(choice: Choice): Record<string, string | null> {
  if (choice.name === 'theme') {
    return { 'data-theme': ['light', 'dark'].includes(choice.value) ? choice.value : null }
  }
  if (choice.name === 'text_only') return { 'data-text-only': choice.value === '1' ? '' : null }
  return {}
}
