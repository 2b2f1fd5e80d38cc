/**
 * Account and strategies are restored together: a strategy decides by what the account is at that
 * very event.
 */
export const TRADING_GROUP = 'trading'
