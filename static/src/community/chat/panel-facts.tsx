import type { VNode } from 'preact'
import { useApp } from './app-context'
import { Button } from './button'
import { CharterFacts, MayNotBePosted } from './charter-facts'
import { Notice } from './notice'
import { Part } from './panel-part'
import { useRoom } from './room-context'
import { inRoom } from './route-data'
import { isoDay, t, tn } from './words'

/** What a room is for and the rules that hold in it; hosts change them from here. */
export function FactsPanel(): VNode {
  const { go, urls } = useApp()
  const { detail, topic } = useRoom()
  const to = (panel: string) => () => go(inRoom(detail.room, { topic, panel }))
  const host = detail.role === 'host' && detail.state === 'open' && detail.kind === 'case'
  return (
    <>
      {detail.charter ? <CharterFacts charter={detail.charter} /> : null}
      {detail.kind === 'case' && !detail.charter ? (
        <Notice kind="info">
          <p>{t('charter-coming')}</p>
        </Notice>
      ) : null}
      <Part title={t('facts-rules')}>
        <dl class="chat-facts">
          <div>
            <dt>{t('facts-retention')}</dt>
            <dd>{tn('retention', detail.retentionDays)}</dd>
          </div>
          {detail.endsAt ? (
            <div>
              <dt>{t('facts-ends')}</dt>
              <dd>{isoDay(detail.endsAt)}</dd>
            </div>
          ) : null}
          <div>
            <dt>{t('facts-history')}</dt>
            <dd>{t(`history-${detail.history}`)}</dd>
          </div>
          <div>
            <dt>{t('facts-receipts')}</dt>
            <dd>{detail.receipts ? t('receipts-on') : t('receipts-off')}</dd>
          </div>
          <div>
            <dt>{t('facts-hold')}</dt>
            <dd>{detail.holdUntil ? t('on-hold', { date: isoDay(detail.holdUntil) }) : t('hold-none')}</dd>
          </div>
          {detail.purgeAt ? (
            <div>
              <dt>{t('facts-purge')}</dt>
              <dd>{isoDay(detail.purgeAt)}</dd>
            </div>
          ) : null}
          <div>
            <dt>{t('facts-role')}</dt>
            <dd>
              {t(`role-${detail.role}`)}. {t(`role-${detail.role}-text`)}
            </dd>
          </div>
        </dl>
        {host ? (
          <Button kind="secondary" icon="edit" onPress={to('edit')}>
            {t('edit-facts')}
          </Button>
        ) : null}
      </Part>
      {detail.kind === 'case' ? <MayNotBePosted /> : null}
      <p>
        <a href={urls.about}>{t('about-link')}</a>
      </p>
    </>
  )
}
