import { render } from 'preact'
import { App } from './app.tsx'
import { Desk } from './model/desk.ts'

/** The entry: one desk, drawn once, then kept up to date by its signals. */
const desk = new Desk()
render(<App desk={desk} />, document.getElementById('root')!)
desk.start()
