/** Which way, as a word and a colour. */
export function SideTag({ side, text }: { side: 'buy' | 'sell'; text?: string }) {
  return (
    <span class={`tag ${side === 'buy' ? 'up' : 'down'}`}>
      {text ?? (side === 'buy' ? 'Buy' : 'Sell')}
    </span>
  )
}
