// Shapes as data: what an answer must hold. Fields that no text names are collected, not refused.
//
//   'int', 'text', …          a type of the table below; 'int?' may be null; 'a|b' one of these
//   { name: shape }           an object with at least these fields; 'name?' may be absent
//   { '*': shape }            an object with any names, each with this shape
//   [shape]                   a list
//   null, true, 7             this value

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const matching = (pattern) => (value) => typeof value === 'string' && pattern.test(value)

const TYPES = {
  int: (value) => Number.isInteger(value),
  bool: (value) => typeof value === 'boolean',
  text: (value) => typeof value === 'string',
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  any: () => true,
  user: matching(new RegExp(`^@${UUID}:members\\.invalid$`)),
  room: matching(new RegExp(`^!${UUID}:members\\.invalid$`)),
  event_id: matching(new RegExp(`^\\$${UUID}$`)),
  uuid: matching(new RegExp(`^${UUID}$`)),
  device: matching(/^[A-Z0-9]{10}$/),
  date: matching(/^\d{4}-\d\d-\d\d$/),
  moment: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/),
  iso: (value) => TYPES.date(value) || TYPES.moment(value),
  millis: (value) => Number.isInteger(value) && value > 1_500_000_000_000,
  library64: matching(/^[A-Za-z0-9+/]+$/),
  ours64: matching(/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
}

/** Fields seen that the text does not name: "where.field". */
export const unnamed = new Set()

const shown = (value) => JSON.stringify(value)?.slice(0, 120)

function simple(shape, value) {
  const type = shape.replace(/\?$/, '')
  if (value === null && type !== shape) return true
  if (type in TYPES) return TYPES[type](value)
  return type.split('|').includes(value)
}

function object(shape, value, where) {
  if (!TYPES.object(value)) return [`${where}: an object is wanted, not ${shown(value)}`]
  if ('*' in shape) {
    return Object.entries(value).flatMap(([name, each]) => faults(shape['*'], each, `${where}.*${name}`))
  }
  const named = new Set()
  const found = Object.entries(shape).flatMap(([name, wanted]) => {
    const plain = name.replace(/\?$/, '')
    named.add(plain)
    if (!(plain in value)) return plain === name ? [`${where}.${name} is missing`] : []
    return faults(wanted, value[plain], `${where}.${plain}`)
  })
  for (const name of Object.keys(value)) {
    if (!named.has(name)) unnamed.add(`${where.replaceAll(/\*[^.]*|\[\d+\]/g, '*')}.${name}`)
  }
  return found
}

/** What is wrong with a value, in words; nothing when it has the shape. */
export function faults(shape, value, where) {
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${where}: a list is wanted, not ${shown(value)}`]
    return value.flatMap((each, place) => faults(shape[0], each, `${where}[${place}]`))
  }
  if (shape !== null && typeof shape === 'object') return object(shape, value, where)
  if (typeof shape === 'string') {
    return simple(shape, value) ? [] : [`${where}: ${shape} is wanted, not ${shown(value)}`]
  }
  return shape === value ? [] : [`${where}: ${shape} is wanted, not ${shown(value)}`]
}
