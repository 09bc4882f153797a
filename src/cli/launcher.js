#!/usr/bin/env node
// Plain JavaScript that any Node since 12 can parse: it must be able to say that the running Node is too old.
const [major, minor] = process.versions.node.split('.').map(Number)
const isSupported = (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major >= 26

if (isSupported) {
  void import('../../dist/cli/main.js').then((cli) => cli.main())
} else {
  process.stderr.write(
    'dryfire needs Node ^22.18.0, ^24.11.0 or >=26; this is ' +
      process.versions.node +
      '. Install a newer Node.\n',
  )
  process.exitCode = 2
}
