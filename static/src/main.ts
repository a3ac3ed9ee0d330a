import '../css/main.css'
import { startForms } from './portal/forms'
import { startMenus } from './portal/menus'
import { startOfflineLine } from './portal/offline-line'
import { startTheme } from './portal/theme'

startTheme()
startMenus()
startForms()
startOfflineLine()

// The library for partial replacement is fetched only by pages that use it.
if (document.querySelector('[hx-post], [hx-get]')) {
  for (const panel of document.querySelectorAll('[data-focus-after]')) {
    panel.setAttribute('data-focused', '')
  }
  void import('./portal/partials').then((partials) => partials.startPartials())
}
