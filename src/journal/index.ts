export * from './journal.ts'
export { FileJournal, openJournal, type OpenJournalOptions } from './file-journal.ts'
export type { Owner } from './lock.ts'
export { verifyJournal, type JournalVerdict, type VerifyJournalOptions } from './verify.ts'
