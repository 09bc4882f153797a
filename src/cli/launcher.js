#!/usr/bin/env node
// Plain JavaScript that any Node since 12 can parse: it must be able to say that the running Node is too old.
const [major, minor] = process.versions.node.split('.').map(Number)
const isSupported = (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major >= 26

if (isSupported) {
  keepCompiledCode()
  void import('../../dist/cli/main.js').then((cli) => cli.main())
} else {
  process.stderr.write(
    'dryfire needs Node ^22.18.0, ^24.11.0 or >=26; this is ' +
      process.versions.node +
      '. Install a newer Node.\n',
  )
  process.exitCode = 2
}

// Lets Node keep our code as V8 compiled it, which takes a tenth off a cold start. Whoever writes there runs code as this user: so
// it is a folder that only this user can write to, below the user's caches, not among the temporary files of all, where Node
// would put it. Where there are no caches yet, as in a fresh container, they begin with it. Without such a folder nothing is kept.
// NODE_DISABLE_COMPILE_CACHE=1 switches it off.
function keepCompiledCode() {
  try {
    const [fs, os, path] = ['node:fs', 'node:os', 'node:path'].map(process.getBuiltinModule)
    const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env
    const isWindows = process.platform === 'win32'
    const caches = (isWindows ? LOCALAPPDATA : XDG_CACHE_HOME) || path.join(os.homedir(), '.cache')
    const folder = path.join(caches, 'dryfire')
    if (!path.isAbsolute(folder)) return
    for (const missing of [caches, folder].filter((path) => !fs.existsSync(path)))
      fs.mkdirSync(missing, { mode: 0o700 })
    const { uid, mode } = fs.lstatSync(folder)
    if (isWindows || (uid === process.geteuid() && (mode & 0o170022) === 0o040000))
      process.getBuiltinModule('node:module').enableCompileCache(folder)
  } catch {
    // It is only slower.
  }
}
