import type { VNode } from 'preact'
import { useApp } from './app-context'
import { Button } from './button'
import { useDeed } from './deed'
import { Notice } from './notice'
import { DeedProblem } from './problem'
import { home } from './route-data'
import { t } from './words'

/** Sends the site's own form, past the script that led here (portal/sign-out.ts). */
function endSignIn(): void {
  document.querySelector<HTMLFormElement>('form[data-sign-out]')?.submit()
}

/** The site's "Sign out" where this browser has keys: what goes is said first, the backup is finished,
 *  the device removed. Who cannot wait for that may sign out all the same, knowing what is lost. */
export function SignOutSite(): VNode {
  const { engine, go } = useApp()
  const deed = useDeed()
  const leave = (): void =>
    void deed.run(async () => {
      await engine.signOut()
      endSignIn()
    })
  return (
    <section class="setup">
      <h1 tabIndex={-1}>{t('sign-out-site')}</h1>
      <Notice kind="warning">
        <p>{t('sign-out-text')}</p>
      </Notice>
      <DeedProblem problem={deed.problem} retry={leave} />
      {deed.busy ? <p role="status">{t('sign-out-working')}</p> : null}
      <div class="button-row">
        <Button kind="danger" busy={deed.busy} onPress={leave}>
          {t('sign-out-site')}
        </Button>
        <Button kind="quiet" onPress={() => go({ ...home, view: 'devices' }, true)}>
          {t('cancel')}
        </Button>
      </div>
      {deed.problem ? (
        <>
          <p class="measure">{t('sign-out-unsaved')}</p>
          <Button kind="quiet" onPress={endSignIn}>
            {t('sign-out-anyway')}
          </Button>
        </>
      ) : null}
    </section>
  )
}
