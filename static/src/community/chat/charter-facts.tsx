import type { VNode } from 'preact'
import type { Charter } from '../crypto/interface'
import { Notice } from './notice'
import { Chip } from './tlp-chip'
import { country, isoDay, list, t, theWords } from './words'

/** What a case room is for, as the host wrote and signed it. */
export function CharterFacts({ charter }: { charter: Charter }): VNode {
  const text = (value: string): VNode => <span dir="auto" class="chat-lines">{value || t('not-given')}</span>
  return (
    <dl class="chat-facts">
      <div>
        <dt>{t('charter-topic')}</dt>
        <dd>{text(charter.topic)}</dd>
      </div>
      <div>
        <dt>{t('charter-purpose')}</dt>
        <dd>{text(charter.purpose)}</dd>
      </div>
      <div>
        <dt>{t('charter-basis')}</dt>
        <dd>{text(charter.legal_basis)}</dd>
      </div>
      <div>
        <dt>{t('charter-states')}</dt>
        <dd>
          {charter.states.length > 0 ? list(charter.states.map(country)) : t('not-given')}
          <CountryNotes codes={charter.states} />
        </dd>
      </div>
      <div>
        <dt>{t('charter-default')}</dt>
        <dd>
          <Chip label={charter.tlp_default} />
        </dd>
      </div>
      <div>
        <dt>{t('charter-max')}</dt>
        <dd>
          <Chip label={charter.tlp_max} />
        </dd>
      </div>
      <div>
        <dt>{t('charter-ends')}</dt>
        <dd>{isoDay(charter.ends_on)}</dd>
      </div>
    </dl>
  )
}

/** What must be said where certain countries are named. */
export function CountryNotes({ codes }: { codes: string[] }): VNode {
  const { notes } = theWords()
  return (
    <>
      {codes.flatMap((code) => (notes[code] ? [<p class="field-hint" key={code}>{notes[code]}</p>] : []))}
    </>
  )
}

/** What may not be posted in a case room (messaging.md 6.4). */
export function MayNotBePosted(): VNode {
  return (
    <Notice kind="warning">
      <p>{t('may-not-be-posted')}</p>
    </Notice>
  )
}
