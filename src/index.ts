/** Public entry of the package: rules in, logs replayed, the alerts that would fire. */
export * from './model/diagnostic.ts'
