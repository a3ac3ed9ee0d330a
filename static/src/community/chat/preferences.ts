// Two habits of writing, kept in this browser. Nothing about rooms or people stands here.

const ENTER = 'sealed-enter'
const TYPING = 'sealed-typing'

function read(name: string): string {
  try {
    return localStorage.getItem(name) ?? ''
  } catch {
    return '' // storage is switched off
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value)
  } catch {
    // It holds until the page is closed.
  }
}

/** Whether Enter alone sends; otherwise Ctrl+Enter does and Enter begins a line. */
export const enterSends = (): boolean => read(ENTER) === 'send'
export const setEnterSends = (on: boolean): void => write(ENTER, on ? 'send' : 'line')

/** Whether others are told that one is writing: off unless switched on. */
export const tellsTyping = (): boolean => read(TYPING) === 'on'
export const setTellsTyping = (on: boolean): void => write(TYPING, on ? 'on' : 'off')
