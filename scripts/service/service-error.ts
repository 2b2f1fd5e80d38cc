/** What an operator can act on: printed as one line, without a stack. */
export class ServiceError extends Error {
  override readonly name: string = 'ServiceError'
}
