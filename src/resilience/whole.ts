/** Options with every default filled in. */
export type Whole<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> }
