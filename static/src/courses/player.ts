import { startAutosave } from './autosave'
import { startDevice } from './device'
import { startOrder } from './order'
import { startOutbox } from './outbox'
import { startReading } from './reading'
import { startShortcuts } from './shortcuts'

startDevice()
startOrder()
startAutosave()
startOutbox()
startReading()
startShortcuts()
