/** Binds an island to every element that matches, now and after a part of the page was replaced. */
export function mount(selector: string, bind: (element: HTMLElement) => void): void {
  const bound = new WeakSet<HTMLElement>()
  const scan = (): void => {
    for (const element of document.querySelectorAll<HTMLElement>(selector)) {
      if (bound.has(element)) continue
      bound.add(element)
      bind(element)
    }
  }
  scan()
  document.addEventListener('htmx:after:swap', scan)
}
