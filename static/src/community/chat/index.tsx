import '../../../css/chat.css'
import { render } from 'preact'
import { startEngine } from '../crypto/client'
import { App } from './app'
import { startShell } from './shell'

const root = document.getElementById('sealed')
if (root) startShell(root, startEngine(root), (props) => render(<App {...props} />, root))

