import { render } from 'preact'
import { App } from './app.tsx'
import { Desk } from './model/desk.ts'

const desk = new Desk()
render(<App desk={desk} />, document.getElementById('root')!)
desk.start()
