/**
 * What repeating a call does, stated by who writes it and enforced by the types.
 *
 * - `read`: changes nothing. May be hedged and retried.
 * - `idempotent`: changes the same thing however often it is sent. May be hedged and retried.
 * - `once`: must not be sent twice. `hedge` does not compile; `retry` compiles only with a proof
 *   that the failed attempt was never sent; a lost reply is `unknown`, not a failure.
 */
export type Effect = 'read' | 'idempotent' | 'once'
