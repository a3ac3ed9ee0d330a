// What a new device is called until its owner gives it a name: the browser and what it runs on.

interface Agent {
  userAgent?: string
}

const BROWSERS: [RegExp, string][] = [
  [/Edg(A|iOS)?\//, 'Edge'], [/OPR\//, 'Opera'], [/SamsungBrowser\//, 'Samsung'], [/(Firefox|FxiOS)\//, 'Firefox'],
  [/(Chrome|CriOS)\//, 'Chrome'], [/Version\/.*Safari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'], [/iPhone|iPod/, 'iPhone'], [/iPad/, 'iPad'], [/Windows/, 'Windows'], [/CrOS/, 'ChromeOS'],
  [/Mac OS X|Macintosh/, 'Mac'], [/Linux/, 'Linux'],
]

/** "Firefox, Windows"; empty when nothing is known. Names of products are the same in every language. */
export function browserName(agent: Agent | undefined = globalThis.navigator): string {
  const text = agent?.userAgent ?? ''
  const of = (rows: [RegExp, string][]): string => rows.find(([form]) => form.test(text))?.[1] ?? ''
  return [of(BROWSERS), of(SYSTEMS)].filter(Boolean).join(', ')
}
