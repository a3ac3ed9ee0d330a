import '../css/main.css'
import { startForms } from './portal/forms'
import { startMenus } from './portal/menus'
import { startNotificationCount } from './portal/notification-count'
import { startOfflineLine } from './portal/offline-line'
import { startTheme } from './portal/theme'

startTheme()
startMenus()
startForms()
startOfflineLine()
startNotificationCount()

// The library for partial replacement is fetched only by pages that use it.
if (document.querySelector('[hx-post], [hx-get]')) {
  for (const panel of document.querySelectorAll('[data-focus-after]')) {
    panel.setAttribute('data-focused', '')
  }
  void import('./portal/partials').then((partials) => partials.startPartials())
}

const push = document.querySelector<HTMLElement>('[data-push]')
if (push) void import('./portal/push').then((module) => module.startPush(push))

if (document.querySelector('form[data-keys-of]')) {
  void import('./portal/sign-out').then((module) => module.startSignOut())
}

if (document.querySelector('[data-passkey]')) {
  void import('./portal/passkey').then((module) => module.startPasskeys())
}
