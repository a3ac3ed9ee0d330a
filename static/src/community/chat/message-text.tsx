import type { ComponentChild, VNode } from 'preact'
import type { Inline } from './inline-data'
import { type Block, parseText } from './text-data'

// The other site learns nothing of where the link stood.
const REL = ['noopener', 'noreferrer', 'nofollow'].join(' ')

function piece(part: Inline, index: number): ComponentChild {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'bold':
      return <strong key={index}>{part.inside.map(piece)}</strong>
    case 'italic':
      return <em key={index}>{part.inside.map(piece)}</em>
    case 'code':
      return <code key={index}>{part.text}</code>
    case 'mention':
      return (
        <bdi class="mention" key={index}>
          {part.text}
        </bdi>
      )
    case 'link':
      return (
        <a key={index} href={part.href} target="_blank" rel={REL} dir="ltr">
          {part.text}
        </a>
      )
  }
}

const lines = (all: Inline[][]): ComponentChild[] =>
  all.flatMap((line, index) => (index === 0 ? line.map(piece) : [<br key={`line-${index}`} />, ...line.map(piece)]))

function block(one: Block, index: number): VNode {
  switch (one.kind) {
    case 'paragraph':
      return (
        <p key={index} dir="auto">
          {lines(one.lines)}
        </p>
      )
    case 'quote':
      return (
        <blockquote key={index} dir="auto">
          {lines(one.lines)}
        </blockquote>
      )
    case 'code':
      return (
        <pre key={index} tabIndex={0}>
          <code>{one.text}</code>
        </pre>
      )
    case 'list': {
      const items = one.items.map((item, place) => (
        <li key={place} dir="auto">
          {item.map(piece)}
        </li>
      ))
      return one.ordered ? (
        <ol key={index} start={one.start}>
          {items}
        </ol>
      ) : (
        <ul key={index}>{items}</ul>
      )
    }
  }
}

/** The text of a message with its light formatting, as nodes and never as HTML. */
export function MessageText({ body, names }: { body: string; names: readonly string[] }): VNode {
  return <div class="message-text">{parseText(body, names).map(block)}</div>
}
